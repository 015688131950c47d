-- up: run hand-written SQL
-- alone; lock: whatever the statement takes
CREATE TRIGGER count_users AFTER INSERT ON users FOR EACH ROW UPDATE counts SET n = n + 1;

-- down: run hand-written SQL of the way back
-- alone; lock: whatever the statement takes
DROP TRIGGER count_users;


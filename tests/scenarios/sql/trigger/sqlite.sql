-- up: run hand-written SQL
-- lock: the whole file, against other writers, until the entry is committed
CREATE TRIGGER count_users AFTER INSERT ON users BEGIN UPDATE counts SET n = n + 1; END;

-- down: run hand-written SQL of the way back
-- lock: the whole file, against other writers, until the entry is committed
DROP TRIGGER count_users;


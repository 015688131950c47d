-- up: run hand-written SQL
-- lock: whatever the statement takes
CREATE FUNCTION count_users() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE counts SET n = n + 1; RETURN NULL; END';

CREATE TRIGGER count_users AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION count_users();

-- down: run hand-written SQL of the way back
-- lock: whatever the statement takes
DROP TRIGGER count_users ON users;

DROP FUNCTION count_users();


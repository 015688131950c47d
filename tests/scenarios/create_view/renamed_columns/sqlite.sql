-- up: create view v
-- lock: the whole file, against other writers, until the entry is committed
CREATE VIEW "v" ("order", "it's", "crab ß") AS SELECT "id", "name", "age" FROM "users";

-- down: drop view v
-- lock: the whole file, against other writers, until the entry is committed
DROP VIEW "v";


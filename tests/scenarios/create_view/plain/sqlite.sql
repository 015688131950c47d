-- up: create view adults
-- lock: the whole file, against other writers, until the entry is committed
CREATE VIEW "adults" ("id", "name") AS SELECT "id", "name" FROM "users" WHERE "age" >= 18;

-- down: drop view adults
-- lock: the whole file, against other writers, until the entry is committed
DROP VIEW "adults";


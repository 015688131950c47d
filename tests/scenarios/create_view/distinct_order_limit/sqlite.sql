-- up: create view v1
-- lock: the whole file, against other writers, until the entry is committed
CREATE VIEW "v1" ("name") AS SELECT DISTINCT "name" FROM "users" ORDER BY "name" DESC LIMIT 10 OFFSET 1;

-- up: create view v2
-- lock: the whole file, against other writers, until the entry is committed
CREATE VIEW "v2" ("n") AS SELECT count(DISTINCT u."name") FROM "users" u;

-- down: drop view v2
-- lock: the whole file, against other writers, until the entry is committed
DROP VIEW "v2";

-- down: drop view v1
-- lock: the whole file, against other writers, until the entry is committed
DROP VIEW "v1";


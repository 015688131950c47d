-- up: create view v1
-- lock: none that others feel
CREATE VIEW "v1" ("name") AS SELECT DISTINCT "name" FROM "users" ORDER BY "name" DESC LIMIT 10 OFFSET 1;

-- up: create view v2
-- lock: none that others feel
CREATE VIEW "v2" ("n") AS SELECT count(DISTINCT u."name") FROM "users" u;

-- down: drop view v2
-- lock: ACCESS EXCLUSIVE on the view: blocks its readers, for a moment
DROP VIEW "v2";

-- down: drop view v1
-- lock: ACCESS EXCLUSIVE on the view: blocks its readers, for a moment
DROP VIEW "v1";


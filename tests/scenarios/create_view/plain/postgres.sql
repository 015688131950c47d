-- up: create view adults
-- lock: none that others feel
CREATE VIEW "adults" ("id", "name") AS SELECT "id", "name" FROM "users" WHERE "age" >= 18;

-- down: drop view adults
-- lock: ACCESS EXCLUSIVE on the view: blocks its readers, for a moment
DROP VIEW "adults";


-- up: create view adults
-- lock: none that others feel
CREATE VIEW "adults" ("id", "name") AS SELECT "id", "name" FROM "users" WHERE "age" >= 18;

-- up: create view adult_names
-- lock: none that others feel
CREATE VIEW "adult_names" ("n") AS SELECT a."name" AS n FROM "adults" AS a;

-- down: drop view adult_names
-- lock: ACCESS EXCLUSIVE on the view: blocks its readers, for a moment
DROP VIEW "adult_names";

-- down: drop view adults
-- lock: ACCESS EXCLUSIVE on the view: blocks its readers, for a moment
DROP VIEW "adults";


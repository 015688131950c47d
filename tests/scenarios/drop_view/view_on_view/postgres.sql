-- up: drop view adult_names
-- lock: ACCESS EXCLUSIVE on the view: blocks its readers, for a moment
DROP VIEW "adult_names";

-- up: drop view adults
-- lock: ACCESS EXCLUSIVE on the view: blocks its readers, for a moment
DROP VIEW "adults";

-- down: create view adults
-- lock: none that others feel
CREATE VIEW "adults" ("id", "name") AS SELECT "id", "name" FROM "users" WHERE "age" >= 18;

-- down: create view adult_names
-- lock: none that others feel
CREATE VIEW "adult_names" ("name") AS SELECT "name" FROM "adults";


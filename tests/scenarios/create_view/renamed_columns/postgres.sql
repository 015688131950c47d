-- up: create view v
-- lock: none that others feel
CREATE VIEW "v" ("order", "it's", "crab ß") AS SELECT "id", "name", "age" FROM "users";

-- down: drop view v
-- lock: ACCESS EXCLUSIVE on the view: blocks its readers, for a moment
DROP VIEW "v";


-- up: create view v
-- lock: none that others feel
CREATE VIEW "v" ("id", "late") AS SELECT "id", "a_date" < '2020-01-01' FROM "kinds" WHERE "a_bool" AND NOT ("a_double" > 1.5e10 OR "a_timestamp" >= '2000-01-01 00:00:00') OR "a_bool" IS NULL OR "a_bool" = FALSE;

-- down: drop view v
-- lock: ACCESS EXCLUSIVE on the view: blocks its readers, for a moment
DROP VIEW "v";


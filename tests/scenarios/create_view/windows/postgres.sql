-- up: create view ranked
-- lock: none that others feel
CREATE VIEW "ranked" ("id", "place", "before_it") AS SELECT "id", row_number() OVER (PARTITION BY "email" ORDER BY "age" DESC, "id"), sum("age") OVER (ORDER BY "id") FROM "users";

-- down: drop view ranked
-- lock: ACCESS EXCLUSIVE on the view: blocks its readers, for a moment
DROP VIEW "ranked";


-- up: create view ranked
-- lock: the whole file, against other writers, until the entry is committed
CREATE VIEW "ranked" ("id", "place", "before_it") AS SELECT "id", row_number() OVER (PARTITION BY "email" ORDER BY "age" DESC, "id"), sum("age") OVER (ORDER BY "id") FROM "users";

-- down: drop view ranked
-- lock: the whole file, against other writers, until the entry is committed
DROP VIEW "ranked";


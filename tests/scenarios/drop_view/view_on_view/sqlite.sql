-- up: drop view adult_names
-- lock: the whole file, against other writers, until the entry is committed
DROP VIEW "adult_names";

-- up: drop view adults
-- lock: the whole file, against other writers, until the entry is committed
DROP VIEW "adults";

-- down: create view adults
-- lock: the whole file, against other writers, until the entry is committed
CREATE VIEW "adults" ("id", "name") AS SELECT "id", "name" FROM "users" WHERE "age" >= 18;

-- down: create view adult_names
-- lock: the whole file, against other writers, until the entry is committed
CREATE VIEW "adult_names" ("name") AS SELECT "name" FROM "adults";


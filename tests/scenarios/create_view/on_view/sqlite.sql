-- up: create view adults
-- lock: the whole file, against other writers, until the entry is committed
CREATE VIEW "adults" ("id", "name") AS SELECT "id", "name" FROM "users" WHERE "age" >= 18;

-- up: create view adult_names
-- lock: the whole file, against other writers, until the entry is committed
CREATE VIEW "adult_names" ("n") AS SELECT a."name" AS n FROM "adults" AS a;

-- down: drop view adult_names
-- lock: the whole file, against other writers, until the entry is committed
DROP VIEW "adult_names";

-- down: drop view adults
-- lock: the whole file, against other writers, until the entry is committed
DROP VIEW "adults";


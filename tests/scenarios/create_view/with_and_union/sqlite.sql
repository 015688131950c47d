-- up: create view all_names
-- lock: the whole file, against other writers, until the entry is committed
CREATE VIEW "all_names" ("name", "kind") AS WITH grown AS (SELECT "id", "name" FROM "users" WHERE "age" >= 18) SELECT g.name, 'grown' AS kind FROM grown AS g UNION ALL SELECT u."name", 'other' AS kind FROM "users" AS u WHERE u."age" IS NULL OR u."age" < 18;

-- down: drop view all_names
-- lock: the whole file, against other writers, until the entry is committed
DROP VIEW "all_names";


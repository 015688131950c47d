-- up: create view v
-- lock: the whole file, against other writers, until the entry is committed
CREATE VIEW "v" ("name", "n") AS SELECT u."name", t.n FROM "users" AS u INNER JOIN (SELECT "user_id", count(*) AS n FROM "orders" WHERE "total" >= 0.5 GROUP BY "user_id" HAVING count(*) > 1) AS t ON (t.user_id = u."id");

-- up: create view w
-- lock: the whole file, against other writers, until the entry is committed
CREATE VIEW "w" ("a", "b") AS SELECT a."id", b."id" FROM "users" AS a CROSS JOIN "users" AS b WHERE a."id" < b."id" AND NOT EXISTS (SELECT 1 FROM "orders" o WHERE o."user_id" = b."id");

-- down: drop view w
-- lock: the whole file, against other writers, until the entry is committed
DROP VIEW "w";

-- down: drop view v
-- lock: the whole file, against other writers, until the entry is committed
DROP VIEW "v";


-- up: create view v2
-- lock: the whole file, against other writers, until the entry is committed
CREATE VIEW "v2" ("x") AS SELECT "id" FROM "users" EXCEPT SELECT "user_id" FROM "orders" EXCEPT SELECT "id" FROM "orders" ORDER BY 1 LIMIT 5;

-- up: create view v3
-- lock: the whole file, against other writers, until the entry is committed
CREATE VIEW "v3" ("n") AS SELECT count(*) FROM (SELECT "id" FROM "users" UNION ALL SELECT "id" FROM "orders" UNION SELECT "user_id" FROM "orders") AS t;

-- up: create view v4
-- lock: the whole file, against other writers, until the entry is committed
CREATE VIEW "v4" ("x") AS WITH a AS (SELECT "id" FROM "users"), b AS (SELECT "id" FROM "orders") SELECT a.id FROM a UNION ALL SELECT b.id FROM b UNION ALL SELECT a.id FROM a;

-- down: drop view v4
-- lock: the whole file, against other writers, until the entry is committed
DROP VIEW "v4";

-- down: drop view v3
-- lock: the whole file, against other writers, until the entry is committed
DROP VIEW "v3";

-- down: drop view v2
-- lock: the whole file, against other writers, until the entry is committed
DROP VIEW "v2";


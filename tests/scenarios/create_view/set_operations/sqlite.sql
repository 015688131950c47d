-- up: create view v
-- lock: the whole file, against other writers, until the entry is committed
CREATE VIEW "v" ("x") AS SELECT "id" FROM "users" UNION SELECT "user_id" FROM "orders" WHERE "user_id" IS NOT NULL UNION ALL SELECT "id" FROM "orders" ORDER BY 1;

-- down: drop view v
-- lock: the whole file, against other writers, until the entry is committed
DROP VIEW "v";


-- up: create view v
-- lock: none that others feel
CREATE VIEW "v" ("x") AS SELECT "id" FROM "users" UNION SELECT "user_id" FROM "orders" WHERE "user_id" IS NOT NULL UNION ALL SELECT "id" FROM "orders" ORDER BY 1;

-- down: drop view v
-- lock: ACCESS EXCLUSIVE on the view: blocks its readers, for a moment
DROP VIEW "v";


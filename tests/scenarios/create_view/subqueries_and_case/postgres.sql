-- up: create view labels
-- lock: none that others feel
CREATE VIEW "labels" ("id", "label") AS SELECT u."id", CASE WHEN u."age" IS NULL THEN 'unknown' WHEN u."age" < 18 THEN 'child' ELSE 'adult' END AS label FROM "users" AS u WHERE EXISTS (SELECT 1 FROM "orders" AS o WHERE o."user_id" = u."id") OR u."id" IN (SELECT "user_id" FROM "orders") OR u."age" BETWEEN 1 AND 10 ORDER BY u."id";

-- down: drop view labels
-- lock: ACCESS EXCLUSIVE on the view: blocks its readers, for a moment
DROP VIEW "labels";


-- up: create view totals
-- lock: none that others feel
CREATE VIEW "totals" ("id", "name", "orders", "total") AS SELECT u."id", u."name", count(o."id"), sum(o."total") FROM "users" AS u LEFT JOIN "orders" AS o ON o."user_id" = u."id" AND o."total" > 0 WHERE u."name" IS NOT NULL GROUP BY u."id", u."name" HAVING count(o."id") >= 0;

-- down: drop view totals
-- lock: ACCESS EXCLUSIVE on the view: blocks its readers, for a moment
DROP VIEW "totals";


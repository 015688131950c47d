-- up: create view totals
-- lock: the whole file, against other writers, until the entry is committed
CREATE VIEW "totals" ("id", "name", "orders", "total") AS SELECT u."id", u."name", count(o."id"), sum(o."total") FROM "users" AS u LEFT JOIN "orders" AS o ON o."user_id" = u."id" AND o."total" > 0 WHERE u."name" IS NOT NULL GROUP BY u."id", u."name" HAVING count(o."id") >= 0;

-- down: drop view totals
-- lock: the whole file, against other writers, until the entry is committed
DROP VIEW "totals";


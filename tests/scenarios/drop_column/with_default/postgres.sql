-- up: drop column orders.total
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "orders" DROP COLUMN "total";

-- down: add column orders.total Decimal(10, 2)
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "orders" ADD COLUMN "total" numeric(10,2) NOT NULL DEFAULT 0;


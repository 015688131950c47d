-- up: drop the default of orders.total
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "orders" ALTER COLUMN "total" DROP DEFAULT;

-- down: set the default of orders.total
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "orders" ALTER COLUMN "total" SET DEFAULT 0;


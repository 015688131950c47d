-- up: set the default of orders.total
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "orders" ALTER COLUMN "total" SET DEFAULT 9.99;

-- down: set the default of orders.total
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "orders" ALTER COLUMN "total" SET DEFAULT 0;


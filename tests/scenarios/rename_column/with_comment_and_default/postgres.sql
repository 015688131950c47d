-- up: rename column orders.total to sum
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "orders" RENAME COLUMN "total" TO "sum";

-- down: rename column orders.sum to total
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "orders" RENAME COLUMN "sum" TO "total";


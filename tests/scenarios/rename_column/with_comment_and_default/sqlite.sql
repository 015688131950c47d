-- up: rename column orders.total to sum
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "orders" RENAME COLUMN "total" TO "sum";

-- down: rename column orders.sum to total
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "orders" RENAME COLUMN "sum" TO "total";


-- up: drop column orders.total
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "orders" DROP COLUMN "total";

-- down: add column orders.total Decimal(10, 2)
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "orders" ADD COLUMN "total" DECIMAL_TEXT(10,2) NOT NULL DEFAULT '0';


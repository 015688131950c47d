-- up: rename constraint orders_pkey of orders to pk
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "orders" RENAME CONSTRAINT "orders_pkey" TO "pk";

-- down: rename constraint pk of orders to orders_pkey
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "orders" RENAME CONSTRAINT "pk" TO "orders_pkey";


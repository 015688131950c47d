-- up: drop constraint orders_user_id_fkey of orders
-- lock: ACCESS EXCLUSIVE on both tables: blocks reads and writes, for a moment
ALTER TABLE "orders" DROP CONSTRAINT "orders_user_id_fkey";

-- up: drop index ix_orders_user_id
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "ix_orders_user_id";

-- up: drop column orders.user_id
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "orders" DROP COLUMN "user_id";

-- down: add column orders.user_id BigInt
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "orders" ADD COLUMN "user_id" bigint;

-- down: create index ix_orders_user_id on orders
-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "ix_orders_user_id" ON "orders" ("user_id");

-- down: add foreign key orders_user_id_fkey to orders
-- lock: SHARE ROW EXCLUSIVE on both tables: blocks writes until the entry is committed
ALTER TABLE "orders" ADD CONSTRAINT "orders_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE NOT VALID;

-- lock: the lock that is held already, while every row is read
ALTER TABLE "orders" VALIDATE CONSTRAINT "orders_user_id_fkey";


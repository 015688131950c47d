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
-- form: built concurrently, since others may work with the table: they go on reading and writing
-- alone; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while the index is built
CREATE INDEX CONCURRENTLY "ix_orders_user_id" ON "orders" ("user_id");
-- probe: SELECT EXISTS (SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relname = 'ix_orders_user_id' AND i.indisvalid)
-- clear: DROP INDEX CONCURRENTLY IF EXISTS "ix_orders_user_id"

-- down: add foreign key orders_user_id_fkey to orders
-- form: NOT VALID first, then validated in a transaction of its own: others go on reading and writing while every row is read
-- lock: SHARE ROW EXCLUSIVE on both tables: blocks writes, for a moment
ALTER TABLE "orders" ADD CONSTRAINT "orders_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "orders" VALIDATE CONSTRAINT "orders_user_id_fkey";


-- up: drop constraint orders_pkey of orders
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "orders" DROP CONSTRAINT "orders_pkey";

-- down: add primary key orders_pkey to orders
-- form: from an index that is built concurrently before: others go on reading and writing
-- alone; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while the index is built
CREATE UNIQUE INDEX CONCURRENTLY "orders_pkey" ON "orders" ("id");
-- probe: SELECT EXISTS (SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relname = 'orders_pkey' AND i.indisvalid)
-- clear: DROP INDEX CONCURRENTLY IF EXISTS "orders_pkey"

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "orders" ADD CONSTRAINT "orders_pkey" PRIMARY KEY USING INDEX "orders_pkey";


-- up: drop index ix_orders_user_id
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "ix_orders_user_id";

-- down: create index ix_orders_user_id on orders
-- form: built concurrently, since others may work with the table: they go on reading and writing
-- alone; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while the index is built
CREATE INDEX CONCURRENTLY "ix_orders_user_id" ON "orders" ("user_id");
-- probe: SELECT EXISTS (SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relname = 'ix_orders_user_id' AND i.indisvalid)
-- clear: DROP INDEX CONCURRENTLY IF EXISTS "ix_orders_user_id"


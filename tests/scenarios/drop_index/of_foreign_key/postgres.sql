-- up: drop index ix_orders_user_id
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "ix_orders_user_id";

-- down: create index ix_orders_user_id on orders
-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "ix_orders_user_id" ON "orders" ("user_id");


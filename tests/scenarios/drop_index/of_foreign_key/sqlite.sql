-- up: drop index ix_orders_user_id
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "ix_orders_user_id";

-- down: create index ix_orders_user_id on orders
-- lock: the whole file, against other writers, until the entry is committed
CREATE INDEX "ix_orders_user_id" ON "orders" ("user_id");


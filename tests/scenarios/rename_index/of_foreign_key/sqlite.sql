-- up: rename index ix_orders_user_id to by_user
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "ix_orders_user_id";

CREATE INDEX "by_user" ON "orders" ("user_id");

-- down: rename index by_user to ix_orders_user_id
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "by_user";

CREATE INDEX "ix_orders_user_id" ON "orders" ("user_id");


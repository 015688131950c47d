-- up: rename index ix_orders_user_id to by_user
-- lock: SHARE UPDATE EXCLUSIVE on the index: others go on reading and writing
ALTER INDEX "ix_orders_user_id" RENAME TO "by_user";

-- down: rename index by_user to ix_orders_user_id
-- lock: SHARE UPDATE EXCLUSIVE on the index: others go on reading and writing
ALTER INDEX "by_user" RENAME TO "ix_orders_user_id";


-- up: drop index ix_orders_user_id
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `orders` DROP INDEX `ix_orders_user_id`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'orders' AND INDEX_NAME = 'ix_orders_user_id')

-- down: create index ix_orders_user_id on orders
-- alone; lock: metadata lock on the table for a moment at both ends: others go on reading and writing while the index is built
ALTER TABLE `orders` ADD INDEX `ix_orders_user_id` (`user_id`);
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'orders' AND INDEX_NAME = 'ix_orders_user_id')


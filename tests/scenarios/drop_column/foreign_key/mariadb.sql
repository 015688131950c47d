-- up: drop constraint orders_user_id_fkey of orders
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `orders` DROP FOREIGN KEY `orders_user_id_fkey`, DROP INDEX IF EXISTS `orders_user_id_fkey`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'orders' AND CONSTRAINT_NAME = 'orders_user_id_fkey')

-- up: drop index ix_orders_user_id
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `orders` DROP INDEX `ix_orders_user_id`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'orders' AND INDEX_NAME = 'ix_orders_user_id')

-- up: drop column orders.user_id
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `orders` DROP COLUMN `user_id`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'orders' AND COLUMN_NAME = 'user_id')

-- down: add column orders.user_id BigInt
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `orders` ADD COLUMN `user_id` BIGINT;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'orders' AND COLUMN_NAME = 'user_id')

-- down: create index ix_orders_user_id on orders
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `orders` ADD INDEX `ix_orders_user_id` (`user_id`);
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'orders' AND INDEX_NAME = 'ix_orders_user_id')

-- down: add foreign key orders_user_id_fkey to orders
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `orders` ADD INDEX `orders_user_id_fkey` (`user_id`), ADD CONSTRAINT `orders_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'orders' AND CONSTRAINT_NAME = 'orders_user_id_fkey')


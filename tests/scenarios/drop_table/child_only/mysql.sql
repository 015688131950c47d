-- up: drop table orders
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
DROP TABLE `orders`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'orders')

-- down: create table orders
-- alone; lock: none that others feel
CREATE TABLE `orders` (
  `id` BIGINT NOT NULL,
  `user_id` BIGINT,
  `total` DECIMAL(10,2) NOT NULL DEFAULT 0,
  INDEX `ix_orders_user_id` (`user_id`),
  CONSTRAINT `orders_pkey` PRIMARY KEY (`id`),
  INDEX `orders_user_id_fkey` (`user_id`),
  CONSTRAINT `orders_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'orders')


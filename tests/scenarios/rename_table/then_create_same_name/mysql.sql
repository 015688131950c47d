-- up: rename table users to old_users
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` RENAME TO `old_users`;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'old_users') AND NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users')

-- up: create table users
-- alone; lock: none that others feel
CREATE TABLE `users` (
  `id` BIGINT NOT NULL,
  `name` VARCHAR(80) COLLATE utf8mb4_bin NOT NULL,
  `email` VARCHAR(200) COLLATE utf8mb4_bin,
  `age` INT,
  CONSTRAINT `users_pkey1` PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users')

-- down: drop table users
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
DROP TABLE `users`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users')

-- down: rename table old_users to users
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `old_users` RENAME TO `users`;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users') AND NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'old_users')


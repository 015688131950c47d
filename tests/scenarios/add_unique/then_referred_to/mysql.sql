-- up: add unique constraint users_name_key to users
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `users` ADD CONSTRAINT `users_name_key` UNIQUE (`name`);
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND INDEX_NAME = 'users_name_key')

-- up: create table fans
-- alone; lock: none that others feel
CREATE TABLE `fans` (
  `of` VARCHAR(80) COLLATE utf8mb4_bin,
  INDEX `fans_of_fkey` (`of`),
  CONSTRAINT `fans_of_fkey` FOREIGN KEY (`of`) REFERENCES `users` (`name`) ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'fans')

-- down: drop table fans
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
DROP TABLE `fans`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'fans')

-- down: drop constraint users_name_key of users
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `users` DROP INDEX `users_name_key`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND INDEX_NAME = 'users_name_key')


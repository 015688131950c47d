-- up: create table users
-- alone; lock: none that others feel
CREATE TABLE `users` (
  `id` BIGINT NOT NULL,
  `name` VARCHAR(80) COLLATE utf8mb4_bin NOT NULL,
  `email` VARCHAR(200) COLLATE utf8mb4_bin,
  `age` INT,
  CONSTRAINT `users_pkey` PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users')

-- up: create table memberships
-- alone; lock: none that others feel
CREATE TABLE `memberships` (
  `org` INT NOT NULL,
  `user_id` BIGINT NOT NULL,
  `nick` VARCHAR(40) COLLATE utf8mb4_bin,
  `level` SMALLINT NOT NULL DEFAULT 1,
  CONSTRAINT `memberships_pkey` PRIMARY KEY (`org`, `user_id`),
  CONSTRAINT `one_nick_per_org` UNIQUE (`org`, `nick`),
  CONSTRAINT `level_in_range` CHECK (`level` BETWEEN 1 AND 9 OR `level` = 99),
  CONSTRAINT `memberships_nick_check` CHECK (`nick` <> ''),
  INDEX `memberships_user_id_fkey` (`user_id`),
  CONSTRAINT `memberships_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'memberships')

-- down: drop table memberships
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
DROP TABLE `memberships`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'memberships')

-- down: drop table users
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
DROP TABLE `users`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users')


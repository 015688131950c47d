-- up: create enum mood

-- up: create table diaries
-- alone; lock: none that others feel
CREATE TABLE `diaries` (
  `id` INT NOT NULL,
  `moods` JSON,
  CONSTRAINT `diaries_pkey` PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'diaries')

-- down: drop table diaries
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
DROP TABLE `diaries`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'diaries')

-- down: drop enum mood


-- up: create table events
-- alone; lock: none that others feel
CREATE TABLE `events` (
  `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT (uuid()),
  `token` LONGTEXT COLLATE utf8mb4_bin NOT NULL DEFAULT (uuid()),
  `on_day` DATE NOT NULL DEFAULT (curdate()),
  `at_time` TIME(6) NOT NULL DEFAULT (curtime(6)),
  `at` DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  `moment` DATETIME(6) NOT NULL DEFAULT (utc_timestamp(6)),
  `n` INT NOT NULL,
  CONSTRAINT `events_pkey` PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'events')

-- down: drop table events
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
DROP TABLE `events`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'events')


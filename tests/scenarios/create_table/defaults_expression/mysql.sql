-- up: create table sums
-- alone; lock: none that others feel
CREATE TABLE `sums` (
  `id` INT NOT NULL,
  `total` INT NOT NULL DEFAULT ((1 + 2) * 3),
  `label` VARCHAR(20) COLLATE utf8mb4_bin NOT NULL DEFAULT (upper('new')),
  CONSTRAINT `sums_pkey` PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'sums')

-- down: drop table sums
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
DROP TABLE `sums`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'sums')


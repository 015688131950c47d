-- up: drop table counts
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
DROP TABLE `counts`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'counts')

-- down: create table counts
-- alone; lock: none that others feel
CREATE TABLE `counts` (
  `n` INT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'counts')


-- up: create table log
-- alone; lock: none that others feel
CREATE TABLE `log` (
  `line` LONGTEXT COLLATE utf8mb4_bin
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'log')

-- down: drop table log
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
DROP TABLE `log`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'log')


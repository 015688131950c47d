-- up: create table places
-- alone; lock: none that others feel
CREATE TABLE `places` (
  `id` INT NOT NULL,
  `at` point,
  `net` varchar(43) NOT NULL,
  CONSTRAINT `places_pkey` PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'places')

-- down: drop table places
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
DROP TABLE `places`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'places')


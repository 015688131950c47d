-- up: create table boxes
-- alone; lock: none that others feel
CREATE TABLE `boxes` (
  `id` INT NOT NULL,
  `width` INT NOT NULL,
  `height` INT NOT NULL,
  `area` INT GENERATED ALWAYS AS (`width` * `height`) STORED,
  `half` INT GENERATED ALWAYS AS (`width` + `height`) VIRTUAL,
  CONSTRAINT `boxes_pkey` PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'boxes')

-- down: drop table boxes
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
DROP TABLE `boxes`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'boxes')


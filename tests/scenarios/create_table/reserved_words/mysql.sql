-- up: create table order
-- alone; lock: none that others feel
CREATE TABLE `order` (
  `select` INT NOT NULL,
  `from` VARCHAR(40) COLLATE utf8mb4_bin NOT NULL DEFAULT 'where',
  `group` INT,
  `key` INT,
  `index` INT,
  INDEX `table` (`key`, `index` DESC),
  CONSTRAINT `primary` PRIMARY KEY (`select`),
  CONSTRAINT `unique` UNIQUE (`from`, `group`),
  CONSTRAINT `check` CHECK (`group` > 0 AND `key` <> 3)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'order')

-- down: drop table order
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
DROP TABLE `order`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'order')


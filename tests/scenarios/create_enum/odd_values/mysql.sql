-- up: create enum Odd "Enum"

-- up: create table t
-- alone; lock: none that others feel
CREATE TABLE `t` (
  `id` INT NOT NULL,
  `e` ENUM('it''s','a"b','🦀','back\\slash','a,b','x y') COLLATE utf8mb4_bin DEFAULT 'it''s',
  CONSTRAINT `t_pkey` PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't')

-- down: drop table t
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
DROP TABLE `t`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't')

-- down: drop enum Odd "Enum"


-- up: create table tree
-- alone; lock: none that others feel
CREATE TABLE `tree` (
  `id` INT NOT NULL,
  `parent_id` INT,
  CONSTRAINT `tree_pkey` PRIMARY KEY (`id`),
  INDEX `tree_parent_id_fkey` (`parent_id`),
  CONSTRAINT `tree_parent_id_fkey` FOREIGN KEY (`parent_id`) REFERENCES `tree` (`id`) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'tree')

-- down: drop table tree
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
DROP TABLE `tree`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'tree')


-- up: create table notes
-- notice: mysql can't refuse numbers of one's own: notes.id takes them
-- alone; lock: none that others feel
CREATE TABLE `notes` (
  `id` INT NOT NULL AUTO_INCREMENT,
  `text` LONGTEXT COLLATE utf8mb4_bin NOT NULL,
  CONSTRAINT `notes_pkey` PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'notes')

-- down: drop table notes
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
DROP TABLE `notes`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'notes')


-- up: add foreign key tree_parent_id_fkey to tree
-- every row is written anew
-- alone; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `tree` ADD INDEX `tree_parent_id_fkey` (`parent_id`), ADD CONSTRAINT `tree_parent_id_fkey` FOREIGN KEY (`parent_id`) REFERENCES `tree` (`id`) ON DELETE CASCADE;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'tree' AND CONSTRAINT_NAME = 'tree_parent_id_fkey')

-- down: drop constraint tree_parent_id_fkey of tree
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `tree` DROP FOREIGN KEY `tree_parent_id_fkey`, DROP INDEX IF EXISTS `tree_parent_id_fkey`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'tree' AND CONSTRAINT_NAME = 'tree_parent_id_fkey')


-- up: add foreign key tree_parent_id_fkey to tree
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `tree` ADD INDEX `tree_parent_id_fkey` (`parent_id`), ADD CONSTRAINT `tree_parent_id_fkey` FOREIGN KEY (`parent_id`) REFERENCES `tree` (`id`) ON DELETE CASCADE;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'tree' AND CONSTRAINT_NAME = 'tree_parent_id_fkey')

-- down: drop constraint tree_parent_id_fkey of tree
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `tree` DROP FOREIGN KEY `tree_parent_id_fkey`, DROP INDEX IF EXISTS `tree_parent_id_fkey`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'tree' AND CONSTRAINT_NAME = 'tree_parent_id_fkey')


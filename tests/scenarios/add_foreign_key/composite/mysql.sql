-- up: add foreign key tasks_org_member_fkey to tasks
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `tasks` ADD INDEX `tasks_org_member_fkey` (`org`, `member`), ADD CONSTRAINT `tasks_org_member_fkey` FOREIGN KEY (`org`, `member`) REFERENCES `members` (`org`, `nr`) ON DELETE CASCADE;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'tasks' AND CONSTRAINT_NAME = 'tasks_org_member_fkey')

-- down: drop constraint tasks_org_member_fkey of tasks
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `tasks` DROP FOREIGN KEY `tasks_org_member_fkey`, DROP INDEX `tasks_org_member_fkey`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'tasks' AND CONSTRAINT_NAME = 'tasks_org_member_fkey')


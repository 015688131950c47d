-- up: add unique constraint users_email_key to users
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `users` ADD CONSTRAINT `users_email_key` UNIQUE (`email`);
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND INDEX_NAME = 'users_email_key')

-- down: drop constraint users_email_key of users
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `users` DROP INDEX `users_email_key`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND INDEX_NAME = 'users_email_key')


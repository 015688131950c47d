-- up: allow NULL in users.name
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `users` MODIFY COLUMN `name` VARCHAR(80) COLLATE utf8mb4_bin;
-- probe: SELECT 0

-- down: forbid NULL in users.name
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `users` MODIFY COLUMN `name` VARCHAR(80) COLLATE utf8mb4_bin NOT NULL;
-- probe: SELECT 0


-- up: forbid NULL in users.age
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `users` MODIFY COLUMN `age` INT NOT NULL;
-- probe: SELECT 0

-- down: allow NULL in users.age
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `users` MODIFY COLUMN `age` INT;
-- probe: SELECT 0


-- up: allow NULL in users.name
-- every row is written anew
-- alone; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `users` MODIFY COLUMN `name` VARCHAR(80) COLLATE utf8mb4_bin;
-- probe: SELECT 0

-- down: forbid NULL in users.name
-- every row is written anew
-- alone; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `users` MODIFY COLUMN `name` VARCHAR(80) COLLATE utf8mb4_bin NOT NULL;
-- probe: SELECT 0


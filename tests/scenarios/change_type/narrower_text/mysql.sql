-- up: change the type of users.name to Varchar(20)
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `users` MODIFY COLUMN `name` VARCHAR(20) COLLATE utf8mb4_bin NOT NULL;
-- probe: SELECT 0

-- down: change the type of users.name to Varchar(80)
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `users` MODIFY COLUMN `name` VARCHAR(80) COLLATE utf8mb4_bin NOT NULL;
-- probe: SELECT 0


-- up: change the type of users.age to Text
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `users` MODIFY COLUMN `age` LONGTEXT COLLATE utf8mb4_bin;
-- probe: SELECT 0

-- down: change the type of users.age to Integer
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `users` MODIFY COLUMN `age` INT;
-- probe: SELECT 0


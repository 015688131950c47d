-- up: change the type of users.age to BigInt
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `users` MODIFY COLUMN `age` BIGINT;
-- probe: SELECT 0

-- down: change the type of users.age to Integer
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `users` MODIFY COLUMN `age` INT;
-- probe: SELECT 0


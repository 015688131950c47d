-- up: forbid NULL in users.age
-- every row is written anew
-- alone; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `users` MODIFY COLUMN `age` INT NOT NULL;
-- probe: SELECT 0

-- down: allow NULL in users.age
-- every row is written anew
-- alone; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `users` MODIFY COLUMN `age` INT;
-- probe: SELECT 0


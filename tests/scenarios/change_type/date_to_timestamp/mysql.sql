-- up: change the type of t.d to Timestamp
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `t` MODIFY COLUMN `d` DATETIME(6);
-- probe: SELECT 0

-- down: change the type of t.d to Date
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `t` MODIFY COLUMN `d` DATE;
-- probe: SELECT 0


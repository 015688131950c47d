-- up: change the type of t.n to Text
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `t` MODIFY COLUMN `n` LONGTEXT COLLATE utf8mb4_bin NOT NULL DEFAULT ('7');
-- probe: SELECT 0

-- down: change the type of t.n to Varchar(10)
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `t` MODIFY COLUMN `n` VARCHAR(10) COLLATE utf8mb4_bin NOT NULL DEFAULT '7';
-- probe: SELECT 0


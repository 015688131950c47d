-- up: change the type of kinds.a_real to Double
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `kinds` MODIFY COLUMN `a_real` DOUBLE;
-- probe: SELECT 0

-- down: change the type of kinds.a_real to Real
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `kinds` MODIFY COLUMN `a_real` FLOAT;
-- probe: SELECT 0


-- up: change the type of kinds.a_real to Double
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `kinds` MODIFY COLUMN `a_real` DOUBLE;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds' AND COLUMN_NAME = 'a_real' AND COLUMN_TYPE = 'double')

-- down: change the type of kinds.a_real to Real
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `kinds` MODIFY COLUMN `a_real` FLOAT;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds' AND COLUMN_NAME = 'a_real' AND COLUMN_TYPE = 'float')


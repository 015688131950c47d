-- up: change the type of notes.id to BigInt
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `notes` MODIFY COLUMN `id` BIGINT NOT NULL AUTO_INCREMENT;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'notes' AND COLUMN_NAME = 'id' AND DATA_TYPE = 'bigint')

-- down: change the type of notes.id to Integer
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `notes` MODIFY COLUMN `id` INT NOT NULL AUTO_INCREMENT;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'notes' AND COLUMN_NAME = 'id' AND DATA_TYPE = 'int')


-- up: change the type of notes.short to Text
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `notes` DROP INDEX `by_short`, MODIFY COLUMN `short` LONGTEXT COLLATE utf8mb4_bin, ADD INDEX `by_short` (`short`(255) DESC, `id`);
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'notes' AND COLUMN_NAME = 'short' AND DATA_TYPE = 'longtext')

-- up: change the type of notes.long to Varchar(200)
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `notes` DROP INDEX `by_long`, MODIFY COLUMN `long` VARCHAR(200) COLLATE utf8mb4_bin, ADD INDEX `by_long` (`long`);
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'notes' AND COLUMN_NAME = 'long' AND COLUMN_TYPE = 'varchar(200)')

-- down: change the type of notes.long to Text
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `notes` DROP INDEX `by_long`, MODIFY COLUMN `long` LONGTEXT COLLATE utf8mb4_bin, ADD INDEX `by_long` (`long`(255));
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'notes' AND COLUMN_NAME = 'long' AND DATA_TYPE = 'longtext')

-- down: change the type of notes.short to Varchar(80)
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `notes` DROP INDEX `by_short`, MODIFY COLUMN `short` VARCHAR(80) COLLATE utf8mb4_bin, ADD INDEX `by_short` (`short` DESC, `id`);
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'notes' AND COLUMN_NAME = 'short' AND COLUMN_TYPE = 'varchar(80)')


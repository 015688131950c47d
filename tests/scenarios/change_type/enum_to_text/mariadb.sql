-- up: drop constraint never_both_sad of people
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `people` DROP CONSTRAINT `never_both_sad`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'people' AND CONSTRAINT_NAME = 'never_both_sad')

-- up: drop index happy_people
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `people` DROP INDEX `happy_people`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'people' AND INDEX_NAME = 'happy_people')

-- up: change the type of people.mood to Text
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `people` MODIFY COLUMN `mood` LONGTEXT COLLATE utf8mb4_bin NOT NULL DEFAULT ('ok');
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'people' AND COLUMN_NAME = 'mood' AND DATA_TYPE = 'longtext')

-- down: change the type of people.mood to Enum("mood")
-- every row is written anew
-- true, or stop: column people.mood has values that the enum hasn't; lock: none that others feel
SELECT NOT EXISTS (SELECT 1 FROM `people` WHERE NOT ((`mood`) IN ('sad', 'ok', 'happy')));

-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('sad','ok','happy') COLLATE utf8mb4_bin NOT NULL DEFAULT 'ok';
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'people' AND COLUMN_NAME = 'mood' AND COLUMN_TYPE = 'enum(''sad'',''ok'',''happy'')')

-- down: create index happy_people on people
-- notice: mysql has no partial indexes: happy_people holds every row
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `people` ADD INDEX `happy_people` (`id`);
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'people' AND INDEX_NAME = 'happy_people')

-- down: add check never_both_sad to people
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `people` ADD CONSTRAINT `never_both_sad` CHECK (NOT (`mood` = 'sad' AND `other` = 'sad'));
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'people' AND CONSTRAINT_NAME = 'never_both_sad')


-- up: add value meh to enum mood
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('sad','meh','ok','happy') COLLATE utf8mb4_bin NOT NULL DEFAULT 'ok', MODIFY COLUMN `other` ENUM('sad','meh','ok','happy') COLLATE utf8mb4_bin;
-- probe: SELECT 0

-- up: set the default of people.mood
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('sad','meh','ok','happy') COLLATE utf8mb4_bin NOT NULL DEFAULT 'meh';
-- probe: SELECT 0

-- up: add check no_meh_others to people
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `people` ADD CONSTRAINT `no_meh_others` CHECK (`other` <> 'meh');
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'people' AND CONSTRAINT_NAME = 'no_meh_others')

-- down: drop constraint no_meh_others of people
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `people` DROP CONSTRAINT `no_meh_others`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'people' AND CONSTRAINT_NAME = 'no_meh_others')

-- down: set the default of people.mood
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('sad','meh','ok','happy') COLLATE utf8mb4_bin NOT NULL DEFAULT 'ok';
-- probe: SELECT 0

-- down: drop value meh of enum mood
-- every row is written anew
-- true, or stop: rows of people still hold "meh" in mood; change them first; lock: none that others feel
SELECT NOT EXISTS (SELECT 1 FROM `people` WHERE `mood` = 'meh');

-- true, or stop: rows of people still hold "meh" in other; change them first
SELECT NOT EXISTS (SELECT 1 FROM `people` WHERE `other` = 'meh');

-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('sad','ok','happy') COLLATE utf8mb4_bin NOT NULL DEFAULT 'ok', MODIFY COLUMN `other` ENUM('sad','ok','happy') COLLATE utf8mb4_bin;
-- probe: SELECT 0


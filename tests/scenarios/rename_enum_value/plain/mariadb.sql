-- up: rename value sad of enum mood to it's "blue"
-- every row is written anew
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `people` DROP CONSTRAINT `never_both_sad`, MODIFY COLUMN `mood` ENUM('sad','ok','happy','it''s "blue"') COLLATE utf8mb4_bin NOT NULL DEFAULT 'ok', MODIFY COLUMN `other` ENUM('sad','ok','happy','it''s "blue"') COLLATE utf8mb4_bin;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'people' AND CONSTRAINT_NAME = 'never_both_sad')

-- lock: locks on every row it changes, until it is committed
UPDATE `people` SET `mood` = 'it''s "blue"' WHERE `mood` = 'sad';

UPDATE `people` SET `other` = 'it''s "blue"' WHERE `other` = 'sad';

-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('it''s "blue"','ok','happy') COLLATE utf8mb4_bin NOT NULL DEFAULT 'ok', MODIFY COLUMN `other` ENUM('it''s "blue"','ok','happy') COLLATE utf8mb4_bin, ADD CONSTRAINT `never_both_sad` CHECK (NOT (`mood` = 'it''s "blue"' AND `other` = 'it''s "blue"'));
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'people' AND CONSTRAINT_NAME = 'never_both_sad')

-- down: rename value it's "blue" of enum mood to sad
-- every row is written anew
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `people` DROP CONSTRAINT `never_both_sad`, MODIFY COLUMN `mood` ENUM('it''s "blue"','ok','happy','sad') COLLATE utf8mb4_bin NOT NULL DEFAULT 'ok', MODIFY COLUMN `other` ENUM('it''s "blue"','ok','happy','sad') COLLATE utf8mb4_bin;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'people' AND CONSTRAINT_NAME = 'never_both_sad')

-- lock: locks on every row it changes, until it is committed
UPDATE `people` SET `mood` = 'sad' WHERE `mood` = 'it''s "blue"';

UPDATE `people` SET `other` = 'sad' WHERE `other` = 'it''s "blue"';

-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('sad','ok','happy') COLLATE utf8mb4_bin NOT NULL DEFAULT 'ok', MODIFY COLUMN `other` ENUM('sad','ok','happy') COLLATE utf8mb4_bin, ADD CONSTRAINT `never_both_sad` CHECK (NOT (`mood` = 'sad' AND `other` = 'sad'));
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'people' AND CONSTRAINT_NAME = 'never_both_sad')


-- up: rename value sad of enum mood to blue
-- every row is written anew
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `people` DROP CONSTRAINT `never_both_sad`, MODIFY COLUMN `mood` ENUM('sad','ok','happy','blue') COLLATE utf8mb4_bin NOT NULL DEFAULT 'ok', MODIFY COLUMN `other` ENUM('sad','ok','happy','blue') COLLATE utf8mb4_bin;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'people' AND CONSTRAINT_NAME = 'never_both_sad')

-- lock: locks on every row it changes, until it is committed
UPDATE `people` SET `mood` = 'blue' WHERE `mood` = 'sad';

UPDATE `people` SET `other` = 'blue' WHERE `other` = 'sad';

-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('blue','ok','happy') COLLATE utf8mb4_bin NOT NULL DEFAULT 'ok', MODIFY COLUMN `other` ENUM('blue','ok','happy') COLLATE utf8mb4_bin, MODIFY COLUMN `is_sad` TINYINT(1) GENERATED ALWAYS AS (`mood` = 'blue') STORED, ADD CONSTRAINT `never_both_sad` CHECK (NOT (`mood` = 'blue' AND `other` = 'blue'));
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'people' AND CONSTRAINT_NAME = 'never_both_sad')

-- down: rename value blue of enum mood to sad
-- every row is written anew
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `people` DROP CONSTRAINT `never_both_sad`, MODIFY COLUMN `mood` ENUM('blue','ok','happy','sad') COLLATE utf8mb4_bin NOT NULL DEFAULT 'ok', MODIFY COLUMN `other` ENUM('blue','ok','happy','sad') COLLATE utf8mb4_bin;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'people' AND CONSTRAINT_NAME = 'never_both_sad')

-- lock: locks on every row it changes, until it is committed
UPDATE `people` SET `mood` = 'sad' WHERE `mood` = 'blue';

UPDATE `people` SET `other` = 'sad' WHERE `other` = 'blue';

-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('sad','ok','happy') COLLATE utf8mb4_bin NOT NULL DEFAULT 'ok', MODIFY COLUMN `other` ENUM('sad','ok','happy') COLLATE utf8mb4_bin, MODIFY COLUMN `is_sad` TINYINT(1) GENERATED ALWAYS AS (`mood` = 'sad') STORED, ADD CONSTRAINT `never_both_sad` CHECK (NOT (`mood` = 'sad' AND `other` = 'sad'));
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'people' AND CONSTRAINT_NAME = 'never_both_sad')


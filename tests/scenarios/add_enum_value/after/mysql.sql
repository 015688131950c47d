-- up: add value meh to enum mood
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('sad','meh','ok','happy') COLLATE utf8mb4_bin NOT NULL DEFAULT 'ok', MODIFY COLUMN `other` ENUM('sad','meh','ok','happy') COLLATE utf8mb4_bin;
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


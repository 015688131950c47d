-- up: add value ecstatic to enum mood
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('sad','ok','happy','ecstatic') COLLATE utf8mb4_bin NOT NULL DEFAULT 'ok', MODIFY COLUMN `other` ENUM('sad','ok','happy','ecstatic') COLLATE utf8mb4_bin;
-- probe: SELECT 0

-- down: drop value ecstatic of enum mood
-- every row is written anew
-- true, or stop: rows of people still hold "ecstatic" in mood; change them first; lock: none that others feel
SELECT NOT EXISTS (SELECT 1 FROM `people` WHERE `mood` = 'ecstatic');

-- true, or stop: rows of people still hold "ecstatic" in other; change them first
SELECT NOT EXISTS (SELECT 1 FROM `people` WHERE `other` = 'ecstatic');

-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('sad','ok','happy') COLLATE utf8mb4_bin NOT NULL DEFAULT 'ok', MODIFY COLUMN `other` ENUM('sad','ok','happy') COLLATE utf8mb4_bin;
-- probe: SELECT 0


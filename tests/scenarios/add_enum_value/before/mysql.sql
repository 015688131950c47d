-- up: add value furious to enum mood
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('furious','sad','ok','happy') COLLATE utf8mb4_bin NOT NULL DEFAULT 'ok', MODIFY COLUMN `other` ENUM('furious','sad','ok','happy') COLLATE utf8mb4_bin;
-- probe: SELECT 0

-- down: drop value furious of enum mood
-- every row is written anew
-- true, or stop: rows of people still hold "furious" in mood; change them first; lock: none that others feel
SELECT NOT EXISTS (SELECT 1 FROM `people` WHERE `mood` = 'furious');

-- true, or stop: rows of people still hold "furious" in other; change them first
SELECT NOT EXISTS (SELECT 1 FROM `people` WHERE `other` = 'furious');

-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('sad','ok','happy') COLLATE utf8mb4_bin NOT NULL DEFAULT 'ok', MODIFY COLUMN `other` ENUM('sad','ok','happy') COLLATE utf8mb4_bin;
-- probe: SELECT 0


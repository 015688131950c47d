-- up: add value a to enum mood
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('a','sad','ok','happy') COLLATE utf8mb4_bin NOT NULL DEFAULT 'ok', MODIFY COLUMN `other` ENUM('a','sad','ok','happy') COLLATE utf8mb4_bin;
-- probe: SELECT 0

-- up: add value b to enum mood
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('a','b','sad','ok','happy') COLLATE utf8mb4_bin NOT NULL DEFAULT 'ok', MODIFY COLUMN `other` ENUM('a','b','sad','ok','happy') COLLATE utf8mb4_bin;
-- probe: SELECT 0

-- up: add value it's to enum mood
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('a','b','sad','ok','happy','it''s') COLLATE utf8mb4_bin NOT NULL DEFAULT 'ok', MODIFY COLUMN `other` ENUM('a','b','sad','ok','happy','it''s') COLLATE utf8mb4_bin;
-- probe: SELECT 0

-- down: drop value it's of enum mood
-- every row is written anew
-- true, or stop: rows of people still hold "it's" in mood; change them first; lock: none that others feel
SELECT NOT EXISTS (SELECT 1 FROM `people` WHERE `mood` = 'it''s');

-- true, or stop: rows of people still hold "it's" in other; change them first
SELECT NOT EXISTS (SELECT 1 FROM `people` WHERE `other` = 'it''s');

-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('a','b','sad','ok','happy') COLLATE utf8mb4_bin NOT NULL DEFAULT 'ok', MODIFY COLUMN `other` ENUM('a','b','sad','ok','happy') COLLATE utf8mb4_bin;
-- probe: SELECT 0

-- down: drop value b of enum mood
-- every row is written anew
-- true, or stop: rows of people still hold "b" in mood; change them first; lock: none that others feel
SELECT NOT EXISTS (SELECT 1 FROM `people` WHERE `mood` = 'b');

-- true, or stop: rows of people still hold "b" in other; change them first
SELECT NOT EXISTS (SELECT 1 FROM `people` WHERE `other` = 'b');

-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('a','sad','ok','happy') COLLATE utf8mb4_bin NOT NULL DEFAULT 'ok', MODIFY COLUMN `other` ENUM('a','sad','ok','happy') COLLATE utf8mb4_bin;
-- probe: SELECT 0

-- down: drop value a of enum mood
-- every row is written anew
-- true, or stop: rows of people still hold "a" in mood; change them first; lock: none that others feel
SELECT NOT EXISTS (SELECT 1 FROM `people` WHERE `mood` = 'a');

-- true, or stop: rows of people still hold "a" in other; change them first
SELECT NOT EXISTS (SELECT 1 FROM `people` WHERE `other` = 'a');

-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('sad','ok','happy') COLLATE utf8mb4_bin NOT NULL DEFAULT 'ok', MODIFY COLUMN `other` ENUM('sad','ok','happy') COLLATE utf8mb4_bin;
-- probe: SELECT 0


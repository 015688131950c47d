-- up: rename value ok of enum mood to fine
-- every row is written anew
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('sad','ok','happy','fine') COLLATE utf8mb4_bin NOT NULL DEFAULT 'ok', MODIFY COLUMN `other` ENUM('sad','ok','happy','fine') COLLATE utf8mb4_bin;
-- probe: SELECT 0

-- lock: locks on every row it changes, until it is committed
UPDATE `people` SET `mood` = 'fine' WHERE `mood` = 'ok';

UPDATE `people` SET `other` = 'fine' WHERE `other` = 'ok';

-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('sad','fine','happy') COLLATE utf8mb4_bin NOT NULL DEFAULT 'fine', MODIFY COLUMN `other` ENUM('sad','fine','happy') COLLATE utf8mb4_bin;
-- probe: SELECT 0

-- alone; lock: none that others feel
CREATE OR REPLACE VIEW `glad` (`id`) AS SELECT p.`id` FROM `people` AS p WHERE p.`mood` IN ('happy', 'fine');
-- probe: SELECT 0

-- up: rename value happy of enum mood to ok
-- every row is written anew
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('sad','fine','happy','ok') COLLATE utf8mb4_bin NOT NULL DEFAULT 'fine', MODIFY COLUMN `other` ENUM('sad','fine','happy','ok') COLLATE utf8mb4_bin;
-- probe: SELECT 0

-- lock: locks on every row it changes, until it is committed
UPDATE `people` SET `mood` = 'ok' WHERE `mood` = 'happy';

UPDATE `people` SET `other` = 'ok' WHERE `other` = 'happy';

-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('sad','fine','ok') COLLATE utf8mb4_bin NOT NULL DEFAULT 'fine', MODIFY COLUMN `other` ENUM('sad','fine','ok') COLLATE utf8mb4_bin;
-- probe: SELECT 0

-- alone; lock: none that others feel
CREATE OR REPLACE VIEW `glad` (`id`) AS SELECT p.`id` FROM `people` AS p WHERE p.`mood` IN ('ok', 'fine');
-- probe: SELECT 0

-- down: rename value ok of enum mood to happy
-- every row is written anew
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('sad','fine','ok','happy') COLLATE utf8mb4_bin NOT NULL DEFAULT 'fine', MODIFY COLUMN `other` ENUM('sad','fine','ok','happy') COLLATE utf8mb4_bin;
-- probe: SELECT 0

-- lock: locks on every row it changes, until it is committed
UPDATE `people` SET `mood` = 'happy' WHERE `mood` = 'ok';

UPDATE `people` SET `other` = 'happy' WHERE `other` = 'ok';

-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('sad','fine','happy') COLLATE utf8mb4_bin NOT NULL DEFAULT 'fine', MODIFY COLUMN `other` ENUM('sad','fine','happy') COLLATE utf8mb4_bin;
-- probe: SELECT 0

-- alone; lock: none that others feel
CREATE OR REPLACE VIEW `glad` (`id`) AS SELECT p.`id` FROM `people` AS p WHERE p.`mood` IN ('happy', 'fine');
-- probe: SELECT 0

-- down: rename value fine of enum mood to ok
-- every row is written anew
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('sad','fine','happy','ok') COLLATE utf8mb4_bin NOT NULL DEFAULT 'fine', MODIFY COLUMN `other` ENUM('sad','fine','happy','ok') COLLATE utf8mb4_bin;
-- probe: SELECT 0

-- lock: locks on every row it changes, until it is committed
UPDATE `people` SET `mood` = 'ok' WHERE `mood` = 'fine';

UPDATE `people` SET `other` = 'ok' WHERE `other` = 'fine';

-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('sad','ok','happy') COLLATE utf8mb4_bin NOT NULL DEFAULT 'ok', MODIFY COLUMN `other` ENUM('sad','ok','happy') COLLATE utf8mb4_bin;
-- probe: SELECT 0

-- alone; lock: none that others feel
CREATE OR REPLACE VIEW `glad` (`id`) AS SELECT p.`id` FROM `people` AS p WHERE p.`mood` IN ('happy', 'ok');
-- probe: SELECT 0


-- up: forbid NULL in people.other
-- every row is written anew
-- alone; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `people` MODIFY COLUMN `other` ENUM('sad','ok','happy') COLLATE utf8mb4_bin NOT NULL;
-- probe: SELECT 0

-- down: allow NULL in people.other
-- every row is written anew
-- alone; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `people` MODIFY COLUMN `other` ENUM('sad','ok','happy') COLLATE utf8mb4_bin;
-- probe: SELECT 0


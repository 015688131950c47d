-- up: comment on users.name
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` MODIFY COLUMN `name` VARCHAR(80) COLLATE utf8mb4_bin NOT NULL COMMENT 'it''s "odd"; 100% \\ 🦀
second line';
-- probe: SELECT 0

-- up: comment on users.age
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` MODIFY COLUMN `age` INT COMMENT 'in years';
-- probe: SELECT 0

-- down: comment on users.age
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` MODIFY COLUMN `age` INT;
-- probe: SELECT 0

-- down: comment on users.name
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` MODIFY COLUMN `name` VARCHAR(80) COLLATE utf8mb4_bin NOT NULL;
-- probe: SELECT 0


-- up: comment on users
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` COMMENT='people';
-- probe: SELECT 0

-- up: comment on users
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` COMMENT='';
-- probe: SELECT 0

-- up: comment on users.age
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` MODIFY COLUMN `age` INT;
-- probe: SELECT 0

-- down: comment on users.age
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` MODIFY COLUMN `age` INT COMMENT 'in years';
-- probe: SELECT 0

-- down: comment on users
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` COMMENT='people';
-- probe: SELECT 0

-- down: comment on users
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` COMMENT='users';
-- probe: SELECT 0


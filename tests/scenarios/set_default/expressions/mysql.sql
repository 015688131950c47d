-- up: set the default of t.a
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` MODIFY COLUMN `a` INT DEFAULT (1 + 2 * 3);
-- probe: SELECT 0

-- up: set the default of t.b
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` MODIFY COLUMN `b` VARCHAR(10) COLLATE utf8mb4_bin DEFAULT ('a' );
-- probe: SELECT 0

-- up: set the default of t.c
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` MODIFY COLUMN `c` INT DEFAULT (NULL);
-- probe: SELECT 0

-- up: set the default of t.d
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` MODIFY COLUMN `d` INT DEFAULT (-5);
-- probe: SELECT 0

-- up: set the default of t.e
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` MODIFY COLUMN `e` DATETIME(6) DEFAULT (CURRENT_TIMESTAMP);
-- probe: SELECT 0

-- up: set the default of t.f
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` MODIFY COLUMN `f` INT DEFAULT (abs(-3));
-- probe: SELECT 0

-- up: set the default of t.g
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` MODIFY COLUMN `g` INT DEFAULT (coalesce(NULL, 4));
-- probe: SELECT 0

-- down: drop the default of t.g
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` MODIFY COLUMN `g` INT;
-- probe: SELECT 0

-- down: drop the default of t.f
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` MODIFY COLUMN `f` INT;
-- probe: SELECT 0

-- down: drop the default of t.e
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` MODIFY COLUMN `e` DATETIME(6);
-- probe: SELECT 0

-- down: drop the default of t.d
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` MODIFY COLUMN `d` INT;
-- probe: SELECT 0

-- down: drop the default of t.c
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` MODIFY COLUMN `c` INT;
-- probe: SELECT 0

-- down: drop the default of t.b
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` MODIFY COLUMN `b` VARCHAR(10) COLLATE utf8mb4_bin;
-- probe: SELECT 0

-- down: drop the default of t.a
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `t` MODIFY COLUMN `a` INT;
-- probe: SELECT 0


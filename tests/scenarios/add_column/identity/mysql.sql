-- up: add column log.n BigInt
-- refused: mysql can't give numbers to log.n: such a column must begin a key or index that is made before it or with it; create the table with its primary key

-- up: add primary key log_pkey to log
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `log` ADD CONSTRAINT `log_pkey` PRIMARY KEY (`n`);
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'log' AND INDEX_NAME = 'PRIMARY')

-- down: drop constraint log_pkey of log
-- refused: mysql can't give numbers to log.n: such a column must begin a key or index that is made before it or with it; create the table with its primary key

-- down: drop column log.n
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `log` DROP COLUMN `n`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'log' AND COLUMN_NAME = 'n')


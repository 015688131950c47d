-- up: drop column log.n
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `log` DROP COLUMN `n`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'log' AND COLUMN_NAME = 'n')

-- down: add column log.n BigInt
-- refused: mysql can't give numbers to log.n: such a column must begin a key or index that is made before it or with it; create the table with its primary key


-- up: drop the default of orders.total
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `orders` MODIFY COLUMN `total` DECIMAL(10,2) NOT NULL;
-- probe: SELECT 0

-- down: set the default of orders.total
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `orders` MODIFY COLUMN `total` DECIMAL(10,2) NOT NULL DEFAULT 0;
-- probe: SELECT 0


-- up: change the type of orders.total to Decimal(14, 4)
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `orders` MODIFY COLUMN `total` DECIMAL(14,4) NOT NULL DEFAULT 0;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'orders' AND COLUMN_NAME = 'total' AND COLUMN_TYPE = 'decimal(14,4)')

-- down: change the type of orders.total to Decimal(10, 2)
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `orders` MODIFY COLUMN `total` DECIMAL(10,2) NOT NULL DEFAULT 0;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'orders' AND COLUMN_NAME = 'total' AND COLUMN_TYPE = 'decimal(10,2)')


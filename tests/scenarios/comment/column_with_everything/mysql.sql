-- up: comment on orders.total
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `orders` MODIFY COLUMN `total` DECIMAL(10,2) NOT NULL DEFAULT 0 COMMENT 'in euros';
-- probe: SELECT 0

-- up: comment on orders.id
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `orders` MODIFY COLUMN `id` BIGINT NOT NULL COMMENT 'a number';
-- probe: SELECT 0

-- down: comment on orders.id
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `orders` MODIFY COLUMN `id` BIGINT NOT NULL;
-- probe: SELECT 0

-- down: comment on orders.total
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `orders` MODIFY COLUMN `total` DECIMAL(10,2) NOT NULL DEFAULT 0;
-- probe: SELECT 0


-- up: add foreign key orders_user_id_fkey to orders
-- refused: mysql can't set defaults through orders_user_id_fkey: its tables don't know that action; take SetNull or Cascade

-- down: drop constraint orders_user_id_fkey of orders
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `orders` DROP FOREIGN KEY `orders_user_id_fkey`, DROP INDEX `orders_user_id_fkey`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'orders' AND CONSTRAINT_NAME = 'orders_user_id_fkey')


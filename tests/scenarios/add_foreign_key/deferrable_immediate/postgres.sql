-- up: add foreign key orders_user_id_fkey to orders
-- lock: SHARE ROW EXCLUSIVE on both tables: blocks writes until the entry is committed
ALTER TABLE "orders" ADD CONSTRAINT "orders_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") DEFERRABLE INITIALLY IMMEDIATE NOT VALID;

-- lock: the lock that is held already, while every row is read
ALTER TABLE "orders" VALIDATE CONSTRAINT "orders_user_id_fkey";

-- down: drop constraint orders_user_id_fkey of orders
-- lock: ACCESS EXCLUSIVE on both tables: blocks reads and writes, for a moment
ALTER TABLE "orders" DROP CONSTRAINT "orders_user_id_fkey";


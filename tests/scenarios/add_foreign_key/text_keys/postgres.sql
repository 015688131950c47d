-- up: add foreign key orders_user_name_fkey to orders
-- form: NOT VALID first, then validated in a transaction of its own: others go on reading and writing while every row is read
-- lock: SHARE ROW EXCLUSIVE on both tables: blocks writes, for a moment
ALTER TABLE "orders" ADD CONSTRAINT "orders_user_name_fkey" FOREIGN KEY ("user_name") REFERENCES "users" ("name") NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "orders" VALIDATE CONSTRAINT "orders_user_name_fkey";

-- down: drop constraint orders_user_name_fkey of orders
-- lock: ACCESS EXCLUSIVE on both tables: blocks reads and writes, for a moment
ALTER TABLE "orders" DROP CONSTRAINT "orders_user_name_fkey";


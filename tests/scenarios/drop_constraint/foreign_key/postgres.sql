-- up: drop constraint of_user of orders
-- lock: ACCESS EXCLUSIVE on both tables: blocks reads and writes, for a moment
ALTER TABLE "orders" DROP CONSTRAINT "of_user";

-- down: add foreign key of_user to orders
-- lock: SHARE ROW EXCLUSIVE on both tables: blocks writes until the entry is committed
ALTER TABLE "orders" ADD CONSTRAINT "of_user" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE NOT VALID;

-- lock: the lock that is held already, while every row is read
ALTER TABLE "orders" VALIDATE CONSTRAINT "of_user";


-- up: drop constraint of_user of orders
-- lock: ACCESS EXCLUSIVE on both tables: blocks reads and writes, for a moment
ALTER TABLE "orders" DROP CONSTRAINT "of_user";

-- down: add foreign key of_user to orders
-- form: NOT VALID first, then validated in a transaction of its own: others go on reading and writing while every row is read
-- lock: SHARE ROW EXCLUSIVE on both tables: blocks writes, for a moment
ALTER TABLE "orders" ADD CONSTRAINT "of_user" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "orders" VALIDATE CONSTRAINT "of_user";


-- up: drop constraint of_user of orders
-- lock: ACCESS EXCLUSIVE on both tables: blocks reads and writes, for a moment
ALTER TABLE "orders" DROP CONSTRAINT "of_user";

-- up: change the type of users.id to Text
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "users" ALTER COLUMN "id" TYPE text COLLATE "C" USING "id"::text;

-- up: change the type of orders.user_id to Text
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "orders" ALTER COLUMN "user_id" TYPE text USING "user_id"::text;

-- up: add foreign key of_user to orders
-- form: NOT VALID first, then validated in a transaction of its own: others go on reading and writing while every row is read
-- lock: SHARE ROW EXCLUSIVE on both tables: blocks writes, for a moment
ALTER TABLE "orders" ADD CONSTRAINT "of_user" FOREIGN KEY ("user_id") REFERENCES "users" ("id") NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "orders" VALIDATE CONSTRAINT "of_user";

-- down: drop constraint of_user of orders
-- lock: ACCESS EXCLUSIVE on both tables: blocks reads and writes, for a moment
ALTER TABLE "orders" DROP CONSTRAINT "of_user";

-- down: change the type of orders.user_id to BigInt
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "orders" ALTER COLUMN "user_id" TYPE bigint USING "user_id"::bigint;

-- down: change the type of users.id to BigInt
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "users" ALTER COLUMN "id" TYPE bigint USING "id"::bigint;

-- down: add foreign key of_user to orders
-- form: NOT VALID first, then validated in a transaction of its own: others go on reading and writing while every row is read
-- lock: SHARE ROW EXCLUSIVE on both tables: blocks writes, for a moment
ALTER TABLE "orders" ADD CONSTRAINT "of_user" FOREIGN KEY ("user_id") REFERENCES "users" ("id") NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "orders" VALIDATE CONSTRAINT "of_user";


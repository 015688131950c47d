-- up: add unique constraint users_name_key to users
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is read
ALTER TABLE "users" ADD CONSTRAINT "users_name_key" UNIQUE ("name");

-- down: drop constraint users_name_key of users
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP CONSTRAINT "users_name_key";


-- up: add unique constraint one of each to users
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is read
ALTER TABLE "users" ADD CONSTRAINT "one of each" UNIQUE ("name", "age");

-- down: drop constraint one of each of users
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP CONSTRAINT "one of each";


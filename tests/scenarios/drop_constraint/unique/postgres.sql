-- up: drop constraint one_email of users
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP CONSTRAINT "one_email";

-- down: add unique constraint one_email to users
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is read
ALTER TABLE "users" ADD CONSTRAINT "one_email" UNIQUE ("email");


-- up: add check grown_up to users
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes until the entry is committed
ALTER TABLE "users" ADD CONSTRAINT "grown_up" CHECK ("age" >= 18) NOT VALID;

-- lock: the lock that is held already, while every row is read
ALTER TABLE "users" VALIDATE CONSTRAINT "grown_up";

-- down: drop constraint grown_up of users
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP CONSTRAINT "grown_up";


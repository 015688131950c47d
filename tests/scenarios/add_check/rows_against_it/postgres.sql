-- up: add check grown_up to users
-- form: NOT VALID first, then validated in a transaction of its own: others go on reading and writing while every row is read
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD CONSTRAINT "grown_up" CHECK ("age" >= 18) NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "users" VALIDATE CONSTRAINT "grown_up";

-- down: drop constraint grown_up of users
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP CONSTRAINT "grown_up";


-- up: drop constraint real_age of users
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP CONSTRAINT "real_age";

-- down: add check real_age to users
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes until the entry is committed
ALTER TABLE "users" ADD CONSTRAINT "real_age" CHECK ("age" >= 0) NOT VALID;

-- lock: the lock that is held already, while every row is read
ALTER TABLE "users" VALIDATE CONSTRAINT "real_age";


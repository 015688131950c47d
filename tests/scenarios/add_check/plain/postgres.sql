-- up: add check users_age_check to users
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes until the entry is committed
ALTER TABLE "users" ADD CONSTRAINT "users_age_check" CHECK ("age" > 0) NOT VALID;

-- lock: the lock that is held already, while every row is read
ALTER TABLE "users" VALIDATE CONSTRAINT "users_age_check";

-- down: drop constraint users_age_check of users
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP CONSTRAINT "users_age_check";


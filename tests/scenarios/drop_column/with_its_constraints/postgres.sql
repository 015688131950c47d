-- up: drop constraint grown_up of users
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP CONSTRAINT "grown_up";

-- up: drop constraint one_email of users
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP CONSTRAINT "one_email";

-- up: drop column users.age
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "age";

-- up: drop column users.email
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "email";

-- down: add column users.email Varchar(200)
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "email" character varying(200);

-- down: add column users.age Integer
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "age" integer;

-- down: add unique constraint one_email to users
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is read
ALTER TABLE "users" ADD CONSTRAINT "one_email" UNIQUE ("email");

-- down: add check grown_up to users
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes until the entry is committed
ALTER TABLE "users" ADD CONSTRAINT "grown_up" CHECK ("age" > 3) NOT VALID;

-- lock: the lock that is held already, while every row is read
ALTER TABLE "users" VALIDATE CONSTRAINT "grown_up";


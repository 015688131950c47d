-- up: forbid NULL in users.age
-- form: NOT NULL by way of a check that is validated in a transaction of its own: others go on reading and writing while every row is read, and the server takes the check's word for it
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD CONSTRAINT "users_age_not_null_fb981ce4df45" CHECK ("age" IS NOT NULL) NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "users" VALIDATE CONSTRAINT "users_age_not_null_fb981ce4df45";

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ALTER COLUMN "age" SET NOT NULL;

ALTER TABLE "users" DROP CONSTRAINT "users_age_not_null_fb981ce4df45";

-- down: allow NULL in users.age
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ALTER COLUMN "age" DROP NOT NULL;


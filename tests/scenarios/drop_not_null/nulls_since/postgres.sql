-- up: allow NULL in users.name
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ALTER COLUMN "name" DROP NOT NULL;

-- down: forbid NULL in users.name
-- form: NOT NULL by way of a check that is validated in a transaction of its own: others go on reading and writing while every row is read, and the server takes the check's word for it
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD CONSTRAINT "users_name_not_null_c5acea7cb548" CHECK ("name" IS NOT NULL) NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "users" VALIDATE CONSTRAINT "users_name_not_null_c5acea7cb548";

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ALTER COLUMN "name" SET NOT NULL;

ALTER TABLE "users" DROP CONSTRAINT "users_name_not_null_c5acea7cb548";


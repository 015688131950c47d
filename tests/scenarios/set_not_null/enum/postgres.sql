-- up: forbid NULL in people.other
-- form: NOT NULL by way of a check that is validated in a transaction of its own: others go on reading and writing while every row is read, and the server takes the check's word for it
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "people" ADD CONSTRAINT "people_other_not_null_d86dfb0d7a51" CHECK ("other" IS NOT NULL) NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "people" VALIDATE CONSTRAINT "people_other_not_null_d86dfb0d7a51";

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "people" ALTER COLUMN "other" SET NOT NULL;

ALTER TABLE "people" DROP CONSTRAINT "people_other_not_null_d86dfb0d7a51";

-- down: allow NULL in people.other
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "people" ALTER COLUMN "other" DROP NOT NULL;


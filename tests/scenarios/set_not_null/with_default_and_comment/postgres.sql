-- up: forbid NULL in t.n
-- form: NOT NULL by way of a check that is validated in a transaction of its own: others go on reading and writing while every row is read, and the server takes the check's word for it
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ADD CONSTRAINT "t_n_not_null_859798fe4bc6" CHECK ("n" IS NOT NULL) NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "t" VALIDATE CONSTRAINT "t_n_not_null_859798fe4bc6";

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "n" SET NOT NULL;

ALTER TABLE "t" DROP CONSTRAINT "t_n_not_null_859798fe4bc6";

-- down: allow NULL in t.n
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "n" DROP NOT NULL;


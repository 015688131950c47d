-- up: add check no_sad_others to people
-- form: NOT VALID first, then validated in a transaction of its own: others go on reading and writing while every row is read
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "people" ADD CONSTRAINT "no_sad_others" CHECK ("other" <> 'sad' OR "id" IN (3)) NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "people" VALIDATE CONSTRAINT "no_sad_others";

-- down: drop constraint no_sad_others of people
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "people" DROP CONSTRAINT "no_sad_others";


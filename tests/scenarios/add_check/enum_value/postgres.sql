-- up: add check no_sad_others to people
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes until the entry is committed
ALTER TABLE "people" ADD CONSTRAINT "no_sad_others" CHECK ("other" <> 'sad' OR "id" IN (3)) NOT VALID;

-- lock: the lock that is held already, while every row is read
ALTER TABLE "people" VALIDATE CONSTRAINT "no_sad_others";

-- down: drop constraint no_sad_others of people
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "people" DROP CONSTRAINT "no_sad_others";


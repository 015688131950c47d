-- up: drop constraint never_both_sad of people
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "people" DROP CONSTRAINT "never_both_sad";

-- up: drop index happy_people
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "happy_people";

-- up: change the type of people.mood to Text
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "people" ALTER COLUMN "mood" DROP DEFAULT;

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "people" ALTER COLUMN "mood" TYPE text USING "mood"::text;

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "people" ALTER COLUMN "mood" SET DEFAULT 'ok';

-- down: change the type of people.mood to Enum("mood")
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "people" ALTER COLUMN "mood" DROP DEFAULT;

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "people" ALTER COLUMN "mood" TYPE "mood" USING "mood"::text::"mood";

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "people" ALTER COLUMN "mood" SET DEFAULT 'ok';

-- down: create index happy_people on people
-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "happy_people" ON "people" ("id") WHERE "mood" = 'happy';

-- down: add check never_both_sad to people
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes until the entry is committed
ALTER TABLE "people" ADD CONSTRAINT "never_both_sad" CHECK (NOT ("mood" = 'sad' AND "other" = 'sad')) NOT VALID;

-- lock: the lock that is held already, while every row is read
ALTER TABLE "people" VALIDATE CONSTRAINT "never_both_sad";


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
-- form: built concurrently, since others may work with the table: they go on reading and writing
-- alone; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while the index is built
CREATE INDEX CONCURRENTLY "happy_people" ON "people" ("id") WHERE "mood" = 'happy';
-- probe: SELECT EXISTS (SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relname = 'happy_people' AND i.indisvalid)
-- clear: DROP INDEX CONCURRENTLY IF EXISTS "happy_people"

-- down: add check never_both_sad to people
-- form: NOT VALID first, then validated in a transaction of its own: others go on reading and writing while every row is read
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "people" ADD CONSTRAINT "never_both_sad" CHECK (NOT ("mood" = 'sad' AND "other" = 'sad')) NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "people" VALIDATE CONSTRAINT "never_both_sad";


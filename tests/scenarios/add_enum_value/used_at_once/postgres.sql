-- up: add value meh to enum mood
-- alone; lock: none that others feel
ALTER TYPE "mood" ADD VALUE 'meh' AFTER 'sad';
-- probe: SELECT EXISTS (SELECT 1 FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = current_schema() AND t.typname = 'mood' AND e.enumlabel = 'meh')

-- up: set the default of people.mood
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "people" ALTER COLUMN "mood" SET DEFAULT 'meh';

-- up: add check no_meh_others to people
-- form: NOT VALID first, then validated in a transaction of its own: others go on reading and writing while every row is read
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "people" ADD CONSTRAINT "no_meh_others" CHECK ("other" <> 'meh') NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "people" VALIDATE CONSTRAINT "no_meh_others";

-- down: drop constraint no_meh_others of people
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "people" DROP CONSTRAINT "no_meh_others";

-- down: set the default of people.mood
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "people" ALTER COLUMN "mood" SET DEFAULT 'ok';

-- down: drop value meh of enum mood
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "happy_people";

ALTER TABLE "people" DROP CONSTRAINT "never_both_sad";

-- lock: none that others feel
ALTER TYPE "mood" RENAME TO strat_old_enum;

CREATE TYPE "mood" AS ENUM ('sad', 'ok', 'happy');

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "people" ALTER COLUMN "mood" DROP DEFAULT;

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "people" ALTER COLUMN "mood" TYPE "mood" USING "mood"::text::"mood";

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "people" ALTER COLUMN "mood" SET DEFAULT 'ok';

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "people" ALTER COLUMN "other" TYPE "mood" USING "other"::text::"mood";

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is read
ALTER TABLE "people" ADD CONSTRAINT "never_both_sad" CHECK (NOT ("mood" = 'sad' AND "other" = 'sad'));

-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "happy_people" ON "people" ("id") WHERE "mood" = 'happy';

-- lock: none that others feel
DROP TYPE strat_old_enum;


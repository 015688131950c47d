-- up: add value ecstatic to enum mood
-- alone; lock: none that others feel
ALTER TYPE "mood" ADD VALUE 'ecstatic';
-- probe: SELECT EXISTS (SELECT 1 FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = current_schema() AND t.typname = 'mood' AND e.enumlabel = 'ecstatic')

-- down: drop value ecstatic of enum mood
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "happy_people";

ALTER TABLE "people" DROP CONSTRAINT "never_both_sad";

ALTER TABLE "people" DROP COLUMN "is_sad";

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

ALTER TABLE "people" ADD COLUMN "is_sad" boolean GENERATED ALWAYS AS ("mood" = 'sad') STORED;

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is read
ALTER TABLE "people" ADD CONSTRAINT "never_both_sad" CHECK (NOT ("mood" = 'sad' AND "other" = 'sad'));

-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "happy_people" ON "people" ("id") WHERE "mood" = 'happy';

-- lock: none that others feel
DROP TYPE strat_old_enum;


-- up: add value ecstatic to enum mood
-- alone; lock: none that others feel
ALTER TYPE "mood" ADD VALUE 'ecstatic';
-- probe: SELECT EXISTS (SELECT 1 FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = current_schema() AND t.typname = 'mood' AND e.enumlabel = 'ecstatic')

-- down: drop value ecstatic of enum mood
-- every row is written anew
-- lock: none that others feel
ALTER TYPE "mood" RENAME TO strat_old_enum;

CREATE TYPE "mood" AS ENUM ('sad', 'ok', 'happy');

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "diaries" ALTER COLUMN "moods" TYPE "mood"[] USING "moods"::text[]::"mood"[];

-- lock: none that others feel
DROP TYPE strat_old_enum;


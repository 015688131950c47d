-- up: set the default of t.id
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "id" SET DEFAULT gen_random_uuid();

-- down: drop the default of t.id
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "id" DROP DEFAULT;


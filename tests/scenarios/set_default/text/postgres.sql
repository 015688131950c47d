-- up: set the default of t.d
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "d" SET DEFAULT 'a';

-- down: drop the default of t.d
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "d" DROP DEFAULT;


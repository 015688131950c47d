-- up: forbid NULL in t.n
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is read
ALTER TABLE "t" ALTER COLUMN "n" SET NOT NULL;

-- down: allow NULL in t.n
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "n" DROP NOT NULL;


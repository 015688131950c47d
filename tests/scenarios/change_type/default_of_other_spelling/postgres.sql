-- up: change the type of t.n to Text
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "n" DROP DEFAULT;

ALTER TABLE "t" ALTER COLUMN "n" TYPE text;

ALTER TABLE "t" ALTER COLUMN "n" SET DEFAULT '7';

-- down: change the type of t.n to Varchar(10)
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "n" DROP DEFAULT;

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "t" ALTER COLUMN "n" TYPE character varying(10) USING "n"::text;

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "n" SET DEFAULT '7';


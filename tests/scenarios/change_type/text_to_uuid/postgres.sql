-- up: change the type of t.d to Uuid
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "t" ALTER COLUMN "d" TYPE uuid USING "d"::uuid;

-- down: change the type of t.d to Text
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "t" ALTER COLUMN "d" TYPE text USING "d"::text;


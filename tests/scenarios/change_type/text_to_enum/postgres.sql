-- up: change the type of t.name to Enum("mood")
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "t" ALTER COLUMN "name" TYPE "mood" USING "name"::text::"mood";

-- down: change the type of t.name to Varchar(10)
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "t" ALTER COLUMN "name" TYPE character varying(10) USING "name"::text;


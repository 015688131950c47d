-- up: change the type of t.n to Enum("grade")
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "t" ALTER COLUMN "n" TYPE "grade" USING "n"::text::"grade";

-- down: change the type of t.n to Integer
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "t" ALTER COLUMN "n" TYPE integer USING "n"::text::integer;


-- up: change the type of t.d to Timestamp
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "t" ALTER COLUMN "d" TYPE timestamp without time zone USING "d"::timestamp without time zone;

-- down: change the type of t.d to Date
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "t" ALTER COLUMN "d" TYPE date USING "d"::date;


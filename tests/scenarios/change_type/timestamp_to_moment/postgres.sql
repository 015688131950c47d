-- up: change the type of t.d to TimestampTz
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "t" ALTER COLUMN "d" TYPE timestamp with time zone USING "d" AT TIME ZONE 'UTC';

-- down: change the type of t.d to Timestamp
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "t" ALTER COLUMN "d" TYPE timestamp without time zone USING "d" AT TIME ZONE 'UTC';


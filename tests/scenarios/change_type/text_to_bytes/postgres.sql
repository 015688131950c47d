-- up: change the type of t.d to Bytes
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "t" ALTER COLUMN "d" TYPE bytea USING convert_to("d", 'UTF8');

-- down: change the type of t.d to Text
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "t" ALTER COLUMN "d" TYPE text USING convert_from("d", 'UTF8');


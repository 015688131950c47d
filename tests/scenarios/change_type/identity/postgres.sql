-- up: change the type of notes.id to BigInt
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "notes" ALTER COLUMN "id" TYPE bigint USING "id"::bigint;

-- down: change the type of notes.id to Integer
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "notes" ALTER COLUMN "id" TYPE integer USING "id"::integer;


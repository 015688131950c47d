-- up: change the type of notes.short to Text
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "notes" ALTER COLUMN "short" TYPE text;

-- up: change the type of notes.long to Varchar(200)
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "notes" ALTER COLUMN "long" TYPE character varying(200) USING "long"::text;

-- down: change the type of notes.long to Text
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "notes" ALTER COLUMN "long" TYPE text;

-- down: change the type of notes.short to Varchar(80)
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "notes" ALTER COLUMN "short" TYPE character varying(80) USING "short"::text;


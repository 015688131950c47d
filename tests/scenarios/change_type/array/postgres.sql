-- up: change the type of t.tags to Array(Text)
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "t" ALTER COLUMN "tags" TYPE text[] USING "tags"::text[];

-- down: change the type of t.tags to Array(Varchar(20))
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "t" ALTER COLUMN "tags" TYPE character varying(20)[] USING "tags"::text[];


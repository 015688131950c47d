-- up: change the type of kinds.a_varchar to Text
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "kinds" ALTER COLUMN "a_varchar" TYPE text;

-- down: change the type of kinds.a_varchar to Varchar(20)
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "kinds" ALTER COLUMN "a_varchar" TYPE character varying(20) USING "a_varchar"::text;


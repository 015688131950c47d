-- up: change the type of kinds.a_bool to Integer
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "kinds" ALTER COLUMN "a_bool" TYPE integer USING "a_bool"::integer;

-- down: change the type of kinds.a_bool to Bool
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "kinds" ALTER COLUMN "a_bool" TYPE boolean USING "a_bool"::boolean;


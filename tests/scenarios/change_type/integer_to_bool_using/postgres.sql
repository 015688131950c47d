-- up: change the type of users.age to Bool
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "users" ALTER COLUMN "age" TYPE boolean USING "age" > 18;

-- down: change the type of users.age to Integer
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "users" ALTER COLUMN "age" TYPE integer USING "age"::integer;


-- up: change the type of users.age to BigInt
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "users" ALTER COLUMN "age" TYPE bigint USING "age"::bigint;

-- down: change the type of users.age to Integer
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "users" ALTER COLUMN "age" TYPE integer USING "age"::integer;


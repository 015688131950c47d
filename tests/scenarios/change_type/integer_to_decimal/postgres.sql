-- up: change the type of users.age to Decimal(12, 2)
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "users" ALTER COLUMN "age" TYPE numeric(12,2) USING "age"::numeric(12,2);

-- down: change the type of users.age to Integer
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "users" ALTER COLUMN "age" TYPE integer USING "age"::integer;


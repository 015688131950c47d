-- up: change the type of users.name to Integer
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "users" ALTER COLUMN "name" TYPE integer USING length("name");

-- down: change the type of users.name to Varchar(80)
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "users" ALTER COLUMN "name" TYPE character varying(80) USING "name"::text;


-- up: change the type of users.name to Varchar(3)
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "users" ALTER COLUMN "name" TYPE character varying(3) USING "name"::text;

-- down: change the type of users.name to Varchar(80)
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ALTER COLUMN "name" TYPE character varying(80);


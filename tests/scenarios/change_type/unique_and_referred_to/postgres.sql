-- up: change the type of users.email to Text
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ALTER COLUMN "email" TYPE text;

-- up: change the type of users.name to Varchar(100)
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ALTER COLUMN "name" TYPE character varying(100);

-- down: change the type of users.name to Varchar(80)
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "users" ALTER COLUMN "name" TYPE character varying(80) USING "name"::text;

-- down: change the type of users.email to Varchar(200)
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "users" ALTER COLUMN "email" TYPE character varying(200) USING "email"::text;


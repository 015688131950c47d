-- up: add unique constraint users_name_key to users
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is read
ALTER TABLE "users" ADD CONSTRAINT "users_name_key" UNIQUE ("name");

-- up: create table fans
-- lock: SHARE ROW EXCLUSIVE on the tables it refers to: blocks writes until the entry is committed
CREATE TABLE "fans" (
  "of" character varying(80),
  CONSTRAINT "fans_of_fkey" FOREIGN KEY ("of") REFERENCES "users" ("name") ON UPDATE CASCADE
);

-- down: drop table fans
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP TABLE "fans";

-- down: drop constraint users_name_key of users
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP CONSTRAINT "users_name_key";


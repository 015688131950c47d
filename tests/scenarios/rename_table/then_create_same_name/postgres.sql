-- up: rename table users to old_users
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" RENAME TO "old_users";

-- up: create table users
-- lock: none that others feel
CREATE TABLE "users" (
  "id" bigint NOT NULL,
  "name" character varying(80) NOT NULL,
  "email" character varying(200),
  "age" integer,
  CONSTRAINT "users_pkey1" PRIMARY KEY ("id")
);

-- down: drop table users
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP TABLE "users";

-- down: rename table old_users to users
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "old_users" RENAME TO "users";


-- up: create table users
-- lock: none that others feel
CREATE TABLE "users" (
  "id" bigint NOT NULL,
  "name" character varying(80) NOT NULL,
  "email" character varying(200),
  "age" integer,
  CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- up: create table memberships
-- lock: SHARE ROW EXCLUSIVE on the tables it refers to: blocks writes until the entry is committed
CREATE TABLE "memberships" (
  "org" integer NOT NULL,
  "user_id" bigint NOT NULL,
  "nick" character varying(40),
  "level" smallint NOT NULL DEFAULT 1,
  CONSTRAINT "memberships_pkey" PRIMARY KEY ("org", "user_id"),
  CONSTRAINT "one_nick_per_org" UNIQUE ("org", "nick"),
  CONSTRAINT "level_in_range" CHECK ("level" BETWEEN 1 AND 9 OR "level" = 99),
  CONSTRAINT "memberships_nick_check" CHECK ("nick" <> ''),
  CONSTRAINT "memberships_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- down: drop table memberships
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP TABLE "memberships";

-- down: drop table users
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP TABLE "users";


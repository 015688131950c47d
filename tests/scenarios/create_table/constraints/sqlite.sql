-- up: create table users
-- lock: the whole file, against other writers, until the entry is committed
CREATE TABLE "users" (
  "id" BIGINT NOT NULL,
  "name" VARCHAR(80) NOT NULL,
  "email" VARCHAR(200),
  "age" INTEGER,
  CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- up: create table memberships
-- lock: the whole file, against other writers, until the entry is committed
CREATE TABLE "memberships" (
  "org" INTEGER NOT NULL,
  "user_id" BIGINT NOT NULL,
  "nick" VARCHAR(40),
  "level" SMALLINT NOT NULL DEFAULT 1,
  CONSTRAINT "memberships_pkey" PRIMARY KEY ("org", "user_id"),
  CONSTRAINT "one_nick_per_org" UNIQUE ("org", "nick"),
  CONSTRAINT "level_in_range" CHECK ("level" BETWEEN 1 AND 9 OR "level" = 99),
  CONSTRAINT "memberships_nick_check" CHECK ("nick" <> ''),
  CONSTRAINT "memberships_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- down: drop table memberships
-- true, or stop: other tables still refer to memberships; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 0 FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table' AND lower(f."table") = lower('memberships') AND lower(s.name) <> lower('memberships');

DROP TABLE "memberships";

-- down: drop table users
-- true, or stop: other tables still refer to users; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 0 FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table' AND lower(f."table") = lower('users') AND lower(s.name) <> lower('users');

DROP TABLE "users";


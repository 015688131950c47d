-- up: rename table users to old_users
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" RENAME TO "old_users";

-- up: create table users
-- lock: the whole file, against other writers, until the entry is committed
CREATE TABLE "users" (
  "id" BIGINT NOT NULL,
  "name" VARCHAR(80) NOT NULL,
  "email" VARCHAR(200),
  "age" INTEGER,
  CONSTRAINT "users_pkey1" PRIMARY KEY ("id")
);

-- down: drop table users
-- true, or stop: other tables still refer to users; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 0 FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table' AND lower(f."table") = lower('users') AND lower(s.name) <> lower('users');

DROP TABLE "users";

-- down: rename table old_users to users
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "old_users" RENAME TO "users";


-- up: add column users.nick Text
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" ADD COLUMN "nick" TEXT;

-- up: add column users.level Integer
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" ADD COLUMN "level" INTEGER NOT NULL DEFAULT 1;

-- up: create index ix_users_level on users
-- lock: the whole file, against other writers, until the entry is committed
CREATE INDEX "ix_users_level" ON "users" ("level");

-- up: add column users.friend BigInt
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" ADD COLUMN "friend" BIGINT;

-- up: add foreign key users_friend_fkey to users
-- every row is written anew
-- true, or stop: table users is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'users' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table users has other columns than the history knows
SELECT count(*) = 7 FROM pragma_table_xinfo('users');

-- remember the answer as "indexes and triggers of users"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'users' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN ('ix_users_level') ORDER BY type, name;

CREATE TABLE "strat_new_users" (
  "id" BIGINT NOT NULL,
  "name" VARCHAR(80) NOT NULL,
  "email" VARCHAR(200),
  "age" INTEGER,
  "nick" TEXT,
  "level" INTEGER NOT NULL DEFAULT 1,
  "friend" BIGINT,
  CONSTRAINT "users_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "users_friend_fkey" FOREIGN KEY ("friend") REFERENCES "users" ("id")
);

INSERT INTO "strat_new_users" ("id", "name", "email", "age", "nick", "level", "friend") SELECT "id", "name", "email", "age", "nick", "level", "friend" FROM "users" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, -1, 0);

INSERT INTO "strat_new_users" (rowid, "id", "name", "email", "age", "nick", "level", "friend") SELECT rowid, "id", "name", "email", "age", "nick", "level", "friend" FROM "users" LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, 0, -1);

-- true, or stop: the copy of table users has another number of rows
SELECT (SELECT count(*) FROM "strat_new_users") = (SELECT count(*) FROM "users");

DROP TABLE "users";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_users" RENAME TO "users";

PRAGMA legacy_alter_table = OFF;

CREATE INDEX "ix_users_level" ON "users" ("level");

-- run what "indexes and triggers of users" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: drop constraint users_friend_fkey of users
-- every row is written anew
-- true, or stop: table users is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'users' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table users has other columns than the history knows
SELECT count(*) = 7 FROM pragma_table_xinfo('users');

-- remember the answer as "indexes and triggers of users"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'users' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN ('ix_users_level') ORDER BY type, name;

CREATE TABLE "strat_new_users" (
  "id" BIGINT NOT NULL,
  "name" VARCHAR(80) NOT NULL,
  "email" VARCHAR(200),
  "age" INTEGER,
  "nick" TEXT,
  "level" INTEGER NOT NULL DEFAULT 1,
  "friend" BIGINT,
  CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_users" ("id", "name", "email", "age", "nick", "level", "friend") SELECT "id", "name", "email", "age", "nick", "level", "friend" FROM "users" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, -1, 0);

INSERT INTO "strat_new_users" (rowid, "id", "name", "email", "age", "nick", "level", "friend") SELECT rowid, "id", "name", "email", "age", "nick", "level", "friend" FROM "users" LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, 0, -1);

-- true, or stop: the copy of table users has another number of rows
SELECT (SELECT count(*) FROM "strat_new_users") = (SELECT count(*) FROM "users");

DROP TABLE "users";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_users" RENAME TO "users";

PRAGMA legacy_alter_table = OFF;

CREATE INDEX "ix_users_level" ON "users" ("level");

-- run what "indexes and triggers of users" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: drop column users.friend
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" DROP COLUMN "friend";

-- down: drop index ix_users_level
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "ix_users_level";

-- down: drop column users.level
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" DROP COLUMN "level";

-- down: drop column users.nick
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" DROP COLUMN "nick";


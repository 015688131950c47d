-- up: add column users.code Char(3)
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" ADD COLUMN "code" CHAR(3) NOT NULL DEFAULT 'a';

-- up: add column users.raw Bytes
-- every row is written anew
-- true, or stop: table users is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'users' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table users has other columns than the history knows
SELECT count(*) = 5 FROM pragma_table_xinfo('users');

-- remember the answer as "indexes and triggers of users"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'users' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_users" (
  "id" BIGINT NOT NULL,
  "name" VARCHAR(80) NOT NULL,
  "email" VARCHAR(200),
  "age" INTEGER,
  "code" CHAR(3) NOT NULL DEFAULT 'a',
  "raw" BLOB NOT NULL,
  CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_users" ("id", "name", "email", "age", "code", "raw") SELECT "id", "name", "email", "age", "code", X'00ff' FROM "users" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, -1, 0);

INSERT INTO "strat_new_users" (rowid, "id", "name", "email", "age", "code", "raw") SELECT rowid, "id", "name", "email", "age", "code", X'00ff' FROM "users" LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, 0, -1);

-- true, or stop: the copy of table users has another number of rows
SELECT (SELECT count(*) FROM "strat_new_users") = (SELECT count(*) FROM "users");

DROP TABLE "users";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_users" RENAME TO "users";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of users" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: add column users.day Date
-- every row is written anew
-- true, or stop: table users is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'users' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table users has other columns than the history knows
SELECT count(*) = 6 FROM pragma_table_xinfo('users');

-- remember the answer as "indexes and triggers of users"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'users' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_users" (
  "id" BIGINT NOT NULL,
  "name" VARCHAR(80) NOT NULL,
  "email" VARCHAR(200),
  "age" INTEGER,
  "code" CHAR(3) NOT NULL DEFAULT 'a',
  "raw" BLOB NOT NULL,
  "day" DATE_TEXT NOT NULL,
  CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_users" ("id", "name", "email", "age", "code", "raw", "day") SELECT "id", "name", "email", "age", "code", "raw", '2024-02-29' FROM "users" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, -1, 0);

INSERT INTO "strat_new_users" (rowid, "id", "name", "email", "age", "code", "raw", "day") SELECT rowid, "id", "name", "email", "age", "code", "raw", '2024-02-29' FROM "users" LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, 0, -1);

-- true, or stop: the copy of table users has another number of rows
SELECT (SELECT count(*) FROM "strat_new_users") = (SELECT count(*) FROM "users");

DROP TABLE "users";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_users" RENAME TO "users";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of users" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: add column users.at TimestampTz
-- every row is written anew
-- true, or stop: table users is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'users' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table users has other columns than the history knows
SELECT count(*) = 7 FROM pragma_table_xinfo('users');

-- remember the answer as "indexes and triggers of users"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'users' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_users" (
  "id" BIGINT NOT NULL,
  "name" VARCHAR(80) NOT NULL,
  "email" VARCHAR(200),
  "age" INTEGER,
  "code" CHAR(3) NOT NULL DEFAULT 'a',
  "raw" BLOB NOT NULL,
  "day" DATE_TEXT NOT NULL,
  "at" TIMESTAMPTZ_TEXT NOT NULL,
  CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_users" ("id", "name", "email", "age", "code", "raw", "day", "at") SELECT "id", "name", "email", "age", "code", "raw", "day", '2024-02-29 10:00:00' FROM "users" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, -1, 0);

INSERT INTO "strat_new_users" (rowid, "id", "name", "email", "age", "code", "raw", "day", "at") SELECT rowid, "id", "name", "email", "age", "code", "raw", "day", '2024-02-29 10:00:00' FROM "users" LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, 0, -1);

-- true, or stop: the copy of table users has another number of rows
SELECT (SELECT count(*) FROM "strat_new_users") = (SELECT count(*) FROM "users");

DROP TABLE "users";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_users" RENAME TO "users";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of users" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: add column users.ratio Double
-- every row is written anew
-- true, or stop: table users is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'users' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table users has other columns than the history knows
SELECT count(*) = 8 FROM pragma_table_xinfo('users');

-- remember the answer as "indexes and triggers of users"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'users' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_users" (
  "id" BIGINT NOT NULL,
  "name" VARCHAR(80) NOT NULL,
  "email" VARCHAR(200),
  "age" INTEGER,
  "code" CHAR(3) NOT NULL DEFAULT 'a',
  "raw" BLOB NOT NULL,
  "day" DATE_TEXT NOT NULL,
  "at" TIMESTAMPTZ_TEXT NOT NULL,
  "ratio" DOUBLE NOT NULL,
  CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_users" ("id", "name", "email", "age", "code", "raw", "day", "at", "ratio") SELECT "id", "name", "email", "age", "code", "raw", "day", "at", 0.1 FROM "users" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, -1, 0);

INSERT INTO "strat_new_users" (rowid, "id", "name", "email", "age", "code", "raw", "day", "at", "ratio") SELECT rowid, "id", "name", "email", "age", "code", "raw", "day", "at", 0.1 FROM "users" LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, 0, -1);

-- true, or stop: the copy of table users has another number of rows
SELECT (SELECT count(*) FROM "strat_new_users") = (SELECT count(*) FROM "users");

DROP TABLE "users";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_users" RENAME TO "users";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of users" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: add column users.price Decimal(20, 4)
-- every row is written anew
-- true, or stop: table users is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'users' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table users has other columns than the history knows
SELECT count(*) = 9 FROM pragma_table_xinfo('users');

-- remember the answer as "indexes and triggers of users"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'users' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_users" (
  "id" BIGINT NOT NULL,
  "name" VARCHAR(80) NOT NULL,
  "email" VARCHAR(200),
  "age" INTEGER,
  "code" CHAR(3) NOT NULL DEFAULT 'a',
  "raw" BLOB NOT NULL,
  "day" DATE_TEXT NOT NULL,
  "at" TIMESTAMPTZ_TEXT NOT NULL,
  "ratio" DOUBLE NOT NULL,
  "price" DECIMAL_TEXT(20,4) NOT NULL,
  CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_users" ("id", "name", "email", "age", "code", "raw", "day", "at", "ratio", "price") SELECT "id", "name", "email", "age", "code", "raw", "day", "at", "ratio", '12345678901234.5678' FROM "users" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, -1, 0);

INSERT INTO "strat_new_users" (rowid, "id", "name", "email", "age", "code", "raw", "day", "at", "ratio", "price") SELECT rowid, "id", "name", "email", "age", "code", "raw", "day", "at", "ratio", '12345678901234.5678' FROM "users" LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, 0, -1);

-- true, or stop: the copy of table users has another number of rows
SELECT (SELECT count(*) FROM "strat_new_users") = (SELECT count(*) FROM "users");

DROP TABLE "users";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_users" RENAME TO "users";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of users" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: add column users.body Text
-- every row is written anew
-- true, or stop: table users is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'users' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table users has other columns than the history knows
SELECT count(*) = 10 FROM pragma_table_xinfo('users');

-- remember the answer as "indexes and triggers of users"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'users' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_users" (
  "id" BIGINT NOT NULL,
  "name" VARCHAR(80) NOT NULL,
  "email" VARCHAR(200),
  "age" INTEGER,
  "code" CHAR(3) NOT NULL DEFAULT 'a',
  "raw" BLOB NOT NULL,
  "day" DATE_TEXT NOT NULL,
  "at" TIMESTAMPTZ_TEXT NOT NULL,
  "ratio" DOUBLE NOT NULL,
  "price" DECIMAL_TEXT(20,4) NOT NULL,
  "body" TEXT NOT NULL,
  CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_users" ("id", "name", "email", "age", "code", "raw", "day", "at", "ratio", "price", "body") SELECT "id", "name", "email", "age", "code", "raw", "day", "at", "ratio", "price", 'it''s' FROM "users" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, -1, 0);

INSERT INTO "strat_new_users" (rowid, "id", "name", "email", "age", "code", "raw", "day", "at", "ratio", "price", "body") SELECT rowid, "id", "name", "email", "age", "code", "raw", "day", "at", "ratio", "price", 'it''s' FROM "users" LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, 0, -1);

-- true, or stop: the copy of table users has another number of rows
SELECT (SELECT count(*) FROM "strat_new_users") = (SELECT count(*) FROM "users");

DROP TABLE "users";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_users" RENAME TO "users";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of users" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: add column users.ok Bool
-- every row is written anew
-- true, or stop: table users is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'users' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table users has other columns than the history knows
SELECT count(*) = 11 FROM pragma_table_xinfo('users');

-- remember the answer as "indexes and triggers of users"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'users' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_users" (
  "id" BIGINT NOT NULL,
  "name" VARCHAR(80) NOT NULL,
  "email" VARCHAR(200),
  "age" INTEGER,
  "code" CHAR(3) NOT NULL DEFAULT 'a',
  "raw" BLOB NOT NULL,
  "day" DATE_TEXT NOT NULL,
  "at" TIMESTAMPTZ_TEXT NOT NULL,
  "ratio" DOUBLE NOT NULL,
  "price" DECIMAL_TEXT(20,4) NOT NULL,
  "body" TEXT NOT NULL,
  "ok" BOOLEAN NOT NULL,
  CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_users" ("id", "name", "email", "age", "code", "raw", "day", "at", "ratio", "price", "body", "ok") SELECT "id", "name", "email", "age", "code", "raw", "day", "at", "ratio", "price", "body", TRUE FROM "users" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, -1, 0);

INSERT INTO "strat_new_users" (rowid, "id", "name", "email", "age", "code", "raw", "day", "at", "ratio", "price", "body", "ok") SELECT rowid, "id", "name", "email", "age", "code", "raw", "day", "at", "ratio", "price", "body", TRUE FROM "users" LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, 0, -1);

-- true, or stop: the copy of table users has another number of rows
SELECT (SELECT count(*) FROM "strat_new_users") = (SELECT count(*) FROM "users");

DROP TABLE "users";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_users" RENAME TO "users";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of users" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: add column users.u Uuid
-- every row is written anew
-- true, or stop: table users is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'users' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table users has other columns than the history knows
SELECT count(*) = 12 FROM pragma_table_xinfo('users');

-- remember the answer as "indexes and triggers of users"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'users' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_users" (
  "id" BIGINT NOT NULL,
  "name" VARCHAR(80) NOT NULL,
  "email" VARCHAR(200),
  "age" INTEGER,
  "code" CHAR(3) NOT NULL DEFAULT 'a',
  "raw" BLOB NOT NULL,
  "day" DATE_TEXT NOT NULL,
  "at" TIMESTAMPTZ_TEXT NOT NULL,
  "ratio" DOUBLE NOT NULL,
  "price" DECIMAL_TEXT(20,4) NOT NULL,
  "body" TEXT NOT NULL,
  "ok" BOOLEAN NOT NULL,
  "u" UUID_TEXT NOT NULL,
  CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_users" ("id", "name", "email", "age", "code", "raw", "day", "at", "ratio", "price", "body", "ok", "u") SELECT "id", "name", "email", "age", "code", "raw", "day", "at", "ratio", "price", "body", "ok", '123e4567-e89b-12d3-a456-426614174000' FROM "users" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, -1, 0);

INSERT INTO "strat_new_users" (rowid, "id", "name", "email", "age", "code", "raw", "day", "at", "ratio", "price", "body", "ok", "u") SELECT rowid, "id", "name", "email", "age", "code", "raw", "day", "at", "ratio", "price", "body", "ok", '123e4567-e89b-12d3-a456-426614174000' FROM "users" LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, 0, -1);

-- true, or stop: the copy of table users has another number of rows
SELECT (SELECT count(*) FROM "strat_new_users") = (SELECT count(*) FROM "users");

DROP TABLE "users";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_users" RENAME TO "users";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of users" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: drop column users.u
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" DROP COLUMN "u";

-- down: drop column users.ok
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" DROP COLUMN "ok";

-- down: drop column users.body
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" DROP COLUMN "body";

-- down: drop column users.price
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" DROP COLUMN "price";

-- down: drop column users.ratio
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" DROP COLUMN "ratio";

-- down: drop column users.at
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" DROP COLUMN "at";

-- down: drop column users.day
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" DROP COLUMN "day";

-- down: drop column users.raw
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" DROP COLUMN "raw";

-- down: drop column users.code
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" DROP COLUMN "code";


-- up: add column users.g1 Varchar(90)
-- every row is written anew
-- true, or stop: table users is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'users' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table users has other columns than the history knows
SELECT count(*) = 4 FROM pragma_table_xinfo('users');

-- remember the answer as "indexes and triggers of users"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'users' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_users" (
  "id" BIGINT NOT NULL,
  "name" VARCHAR(80) NOT NULL,
  "email" VARCHAR(200),
  "age" INTEGER,
  "g1" VARCHAR(90) GENERATED ALWAYS AS (lower("name")) STORED,
  CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_users" ("id", "name", "email", "age") SELECT "id", "name", "email", "age" FROM "users" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, -1, 0);

INSERT INTO "strat_new_users" (rowid, "id", "name", "email", "age") SELECT rowid, "id", "name", "email", "age" FROM "users" LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, 0, -1);

-- true, or stop: the copy of table users has another number of rows
SELECT (SELECT count(*) FROM "strat_new_users") = (SELECT count(*) FROM "users");

DROP TABLE "users";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_users" RENAME TO "users";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of users" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: add column users.g2 Integer
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
  "g1" VARCHAR(90) GENERATED ALWAYS AS (lower("name")) STORED,
  "g2" INTEGER GENERATED ALWAYS AS (CASE WHEN "age" IS NULL THEN 0 WHEN "age" < 18 THEN 1 ELSE "age" * (2 + 1) END) STORED,
  CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_users" ("id", "name", "email", "age") SELECT "id", "name", "email", "age" FROM "users" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, -1, 0);

INSERT INTO "strat_new_users" (rowid, "id", "name", "email", "age") SELECT rowid, "id", "name", "email", "age" FROM "users" LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, 0, -1);

-- true, or stop: the copy of table users has another number of rows
SELECT (SELECT count(*) FROM "strat_new_users") = (SELECT count(*) FROM "users");

DROP TABLE "users";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_users" RENAME TO "users";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of users" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: add column users.g3 Bool
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
  "g1" VARCHAR(90) GENERATED ALWAYS AS (lower("name")) STORED,
  "g2" INTEGER GENERATED ALWAYS AS (CASE WHEN "age" IS NULL THEN 0 WHEN "age" < 18 THEN 1 ELSE "age" * (2 + 1) END) STORED,
  "g3" BOOLEAN GENERATED ALWAYS AS ("age" >= 18 AND "email" IS NOT NULL) STORED,
  CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_users" ("id", "name", "email", "age") SELECT "id", "name", "email", "age" FROM "users" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, -1, 0);

INSERT INTO "strat_new_users" (rowid, "id", "name", "email", "age") SELECT rowid, "id", "name", "email", "age" FROM "users" LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, 0, -1);

-- true, or stop: the copy of table users has another number of rows
SELECT (SELECT count(*) FROM "strat_new_users") = (SELECT count(*) FROM "users");

DROP TABLE "users";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_users" RENAME TO "users";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of users" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: add column users.g4 Integer
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
  "g1" VARCHAR(90) GENERATED ALWAYS AS (lower("name")) STORED,
  "g2" INTEGER GENERATED ALWAYS AS (CASE WHEN "age" IS NULL THEN 0 WHEN "age" < 18 THEN 1 ELSE "age" * (2 + 1) END) STORED,
  "g3" BOOLEAN GENERATED ALWAYS AS ("age" >= 18 AND "email" IS NOT NULL) STORED,
  "g4" INTEGER GENERATED ALWAYS AS (coalesce("age", length("name"))) STORED,
  CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_users" ("id", "name", "email", "age") SELECT "id", "name", "email", "age" FROM "users" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, -1, 0);

INSERT INTO "strat_new_users" (rowid, "id", "name", "email", "age") SELECT rowid, "id", "name", "email", "age" FROM "users" LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, 0, -1);

-- true, or stop: the copy of table users has another number of rows
SELECT (SELECT count(*) FROM "strat_new_users") = (SELECT count(*) FROM "users");

DROP TABLE "users";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_users" RENAME TO "users";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of users" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: add column users.g5 Integer
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
  "g1" VARCHAR(90) GENERATED ALWAYS AS (lower("name")) STORED,
  "g2" INTEGER GENERATED ALWAYS AS (CASE WHEN "age" IS NULL THEN 0 WHEN "age" < 18 THEN 1 ELSE "age" * (2 + 1) END) STORED,
  "g3" BOOLEAN GENERATED ALWAYS AS ("age" >= 18 AND "email" IS NOT NULL) STORED,
  "g4" INTEGER GENERATED ALWAYS AS (coalesce("age", length("name"))) STORED,
  "g5" INTEGER GENERATED ALWAYS AS (-("age" - 1) - (2 - "age")) STORED,
  CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_users" ("id", "name", "email", "age") SELECT "id", "name", "email", "age" FROM "users" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, -1, 0);

INSERT INTO "strat_new_users" (rowid, "id", "name", "email", "age") SELECT rowid, "id", "name", "email", "age" FROM "users" LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, 0, -1);

-- true, or stop: the copy of table users has another number of rows
SELECT (SELECT count(*) FROM "strat_new_users") = (SELECT count(*) FROM "users");

DROP TABLE "users";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_users" RENAME TO "users";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of users" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: drop column users.g5
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" DROP COLUMN "g5";

-- down: drop column users.g4
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" DROP COLUMN "g4";

-- down: drop column users.g3
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" DROP COLUMN "g3";

-- down: drop column users.g2
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" DROP COLUMN "g2";

-- down: drop column users.g1
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" DROP COLUMN "g1";


-- up: change the type of users.name to Varchar(200)
-- every row is written anew
-- true, or stop: table users is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'users' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table users has other columns than the history knows
SELECT count(*) = 4 FROM pragma_table_xinfo('users');

-- remember the answer as "indexes and triggers of users"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'users' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_users" (
  "id" BIGINT NOT NULL,
  "name" VARCHAR(200) NOT NULL,
  "email" VARCHAR(200),
  "age" INTEGER,
  CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_users" ("id", "name", "email", "age") SELECT "id", CAST("name" AS TEXT), "email", "age" FROM "users" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, -1, 0);

INSERT INTO "strat_new_users" (rowid, "id", "name", "email", "age") SELECT rowid, "id", CAST("name" AS TEXT), "email", "age" FROM "users" LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, 0, -1);

-- true, or stop: column users.name has values that don't fit its new type
SELECT NOT EXISTS (SELECT 1 FROM "strat_new_users" WHERE "name" IS NOT NULL AND NOT (length("name") <= 200));

-- true, or stop: the copy of table users has another number of rows
SELECT (SELECT count(*) FROM "strat_new_users") = (SELECT count(*) FROM "users");

DROP TABLE "users";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_users" RENAME TO "users";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of users" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: change the type of users.name to Varchar(80)
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
  CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_users" ("id", "name", "email", "age") SELECT "id", CAST("name" AS TEXT), "email", "age" FROM "users" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, -1, 0);

INSERT INTO "strat_new_users" (rowid, "id", "name", "email", "age") SELECT rowid, "id", CAST("name" AS TEXT), "email", "age" FROM "users" LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, 0, -1);

-- true, or stop: column users.name has values that don't fit its new type
SELECT NOT EXISTS (SELECT 1 FROM "strat_new_users" WHERE "name" IS NOT NULL AND NOT (length("name") <= 80));

-- true, or stop: the copy of table users has another number of rows
SELECT (SELECT count(*) FROM "strat_new_users") = (SELECT count(*) FROM "users");

DROP TABLE "users";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_users" RENAME TO "users";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of users" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');


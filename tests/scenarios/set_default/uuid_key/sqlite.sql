-- up: set the default of t.id
-- every row is written anew
-- true, or stop: table t is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 't' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table t has other columns than the history knows
SELECT count(*) = 2 FROM pragma_table_xinfo('t');

-- remember the answer as "indexes and triggers of t"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 't' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_t" (
  "id" UUID_TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (abs(random()) % 4), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  "n" INTEGER,
  CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_t" ("id", "n") SELECT "id", "n" FROM "t" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "t") = (SELECT max(rowid) FROM "t") AND (SELECT min(rowid) FROM "t") = 1, -1, 0);

INSERT INTO "strat_new_t" (rowid, "id", "n") SELECT rowid, "id", "n" FROM "t" LIMIT iif((SELECT count(*) FROM "t") = (SELECT max(rowid) FROM "t") AND (SELECT min(rowid) FROM "t") = 1, 0, -1);

-- true, or stop: the copy of table t has another number of rows
SELECT (SELECT count(*) FROM "strat_new_t") = (SELECT count(*) FROM "t");

DROP TABLE "t";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_t" RENAME TO "t";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of t" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: drop the default of t.id
-- every row is written anew
-- true, or stop: table t is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 't' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table t has other columns than the history knows
SELECT count(*) = 2 FROM pragma_table_xinfo('t');

-- remember the answer as "indexes and triggers of t"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 't' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_t" (
  "id" UUID_TEXT NOT NULL,
  "n" INTEGER,
  CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_t" ("id", "n") SELECT "id", "n" FROM "t" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "t") = (SELECT max(rowid) FROM "t") AND (SELECT min(rowid) FROM "t") = 1, -1, 0);

INSERT INTO "strat_new_t" (rowid, "id", "n") SELECT rowid, "id", "n" FROM "t" LIMIT iif((SELECT count(*) FROM "t") = (SELECT max(rowid) FROM "t") AND (SELECT min(rowid) FROM "t") = 1, 0, -1);

-- true, or stop: the copy of table t has another number of rows
SELECT (SELECT count(*) FROM "strat_new_t") = (SELECT count(*) FROM "t");

DROP TABLE "t";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_t" RENAME TO "t";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of t" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');


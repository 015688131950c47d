-- up: drop constraint log_key of log
-- every row is written anew
-- true, or stop: table log is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'log' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table log has other columns than the history knows
SELECT count(*) = 2 FROM pragma_table_xinfo('log');

-- remember the answer as "indexes and triggers of log"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'log' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_log" (
  "a" INTEGER NOT NULL,
  "b" INTEGER NOT NULL
);

INSERT INTO "strat_new_log" ("a", "b") SELECT "a", "b" FROM "log" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "log") = (SELECT max(rowid) FROM "log") AND (SELECT min(rowid) FROM "log") = 1, -1, 0);

INSERT INTO "strat_new_log" (rowid, "a", "b") SELECT rowid, "a", "b" FROM "log" LIMIT iif((SELECT count(*) FROM "log") = (SELECT max(rowid) FROM "log") AND (SELECT min(rowid) FROM "log") = 1, 0, -1);

-- true, or stop: the copy of table log has another number of rows
SELECT (SELECT count(*) FROM "strat_new_log") = (SELECT count(*) FROM "log");

DROP TABLE "log";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_log" RENAME TO "log";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of log" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: add primary key log_pkey to log
-- every row is written anew
-- true, or stop: table log is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'log' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table log has other columns than the history knows
SELECT count(*) = 2 FROM pragma_table_xinfo('log');

-- remember the answer as "indexes and triggers of log"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'log' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_log" (
  "a" INTEGER NOT NULL,
  "b" INTEGER NOT NULL,
  CONSTRAINT "log_pkey" PRIMARY KEY ("b")
);

INSERT INTO "strat_new_log" ("a", "b") SELECT "a", "b" FROM "log";

-- true, or stop: the copy of table log has another number of rows
SELECT (SELECT count(*) FROM "strat_new_log") = (SELECT count(*) FROM "log");

DROP TABLE "log";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_log" RENAME TO "log";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of log" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: drop constraint log_pkey of log
-- every row is written anew
-- true, or stop: table log is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'log' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table log has other columns than the history knows
SELECT count(*) = 2 FROM pragma_table_xinfo('log');

-- remember the answer as "indexes and triggers of log"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'log' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_log" (
  "a" INTEGER NOT NULL,
  "b" INTEGER NOT NULL
);

INSERT INTO "strat_new_log" ("a", "b") SELECT "a", "b" FROM "log" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "log") = (SELECT max(rowid) FROM "log") AND (SELECT min(rowid) FROM "log") = 1, -1, 0);

INSERT INTO "strat_new_log" (rowid, "a", "b") SELECT rowid, "a", "b" FROM "log" LIMIT iif((SELECT count(*) FROM "log") = (SELECT max(rowid) FROM "log") AND (SELECT min(rowid) FROM "log") = 1, 0, -1);

-- true, or stop: the copy of table log has another number of rows
SELECT (SELECT count(*) FROM "strat_new_log") = (SELECT count(*) FROM "log");

DROP TABLE "log";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_log" RENAME TO "log";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of log" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: add primary key log_key to log
-- every row is written anew
-- true, or stop: table log is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'log' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table log has other columns than the history knows
SELECT count(*) = 2 FROM pragma_table_xinfo('log');

-- remember the answer as "indexes and triggers of log"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'log' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_log" (
  "a" INTEGER NOT NULL,
  "b" INTEGER NOT NULL,
  CONSTRAINT "log_key" PRIMARY KEY ("a")
);

INSERT INTO "strat_new_log" ("a", "b") SELECT "a", "b" FROM "log";

-- true, or stop: the copy of table log has another number of rows
SELECT (SELECT count(*) FROM "strat_new_log") = (SELECT count(*) FROM "log");

DROP TABLE "log";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_log" RENAME TO "log";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of log" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');


-- up: set the default of t.a
-- every row is written anew
-- true, or stop: table t is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 't' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table t has other columns than the history knows
SELECT count(*) = 8 FROM pragma_table_xinfo('t');

-- remember the answer as "indexes and triggers of t"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 't' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_t" (
  "id" INTEGER NOT NULL,
  "a" INTEGER DEFAULT (1 + 2 * 3),
  "b" VARCHAR(10),
  "c" INTEGER,
  "d" INTEGER,
  "e" TIMESTAMP_TEXT,
  "f" INTEGER,
  "g" INTEGER,
  CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_t" ("id", "a", "b", "c", "d", "e", "f", "g") SELECT "id", "a", "b", "c", "d", "e", "f", "g" FROM "t";

-- true, or stop: the copy of table t has another number of rows
SELECT (SELECT count(*) FROM "strat_new_t") = (SELECT count(*) FROM "t");

DROP TABLE "t";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_t" RENAME TO "t";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of t" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: set the default of t.b
-- every row is written anew
-- true, or stop: table t is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 't' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table t has other columns than the history knows
SELECT count(*) = 8 FROM pragma_table_xinfo('t');

-- remember the answer as "indexes and triggers of t"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 't' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_t" (
  "id" INTEGER NOT NULL,
  "a" INTEGER DEFAULT (1 + 2 * 3),
  "b" VARCHAR(10) DEFAULT ('a' ),
  "c" INTEGER,
  "d" INTEGER,
  "e" TIMESTAMP_TEXT,
  "f" INTEGER,
  "g" INTEGER,
  CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_t" ("id", "a", "b", "c", "d", "e", "f", "g") SELECT "id", "a", "b", "c", "d", "e", "f", "g" FROM "t";

-- true, or stop: the copy of table t has another number of rows
SELECT (SELECT count(*) FROM "strat_new_t") = (SELECT count(*) FROM "t");

DROP TABLE "t";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_t" RENAME TO "t";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of t" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: set the default of t.c
-- every row is written anew
-- true, or stop: table t is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 't' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table t has other columns than the history knows
SELECT count(*) = 8 FROM pragma_table_xinfo('t');

-- remember the answer as "indexes and triggers of t"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 't' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_t" (
  "id" INTEGER NOT NULL,
  "a" INTEGER DEFAULT (1 + 2 * 3),
  "b" VARCHAR(10) DEFAULT ('a' ),
  "c" INTEGER DEFAULT (NULL),
  "d" INTEGER,
  "e" TIMESTAMP_TEXT,
  "f" INTEGER,
  "g" INTEGER,
  CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_t" ("id", "a", "b", "c", "d", "e", "f", "g") SELECT "id", "a", "b", "c", "d", "e", "f", "g" FROM "t";

-- true, or stop: the copy of table t has another number of rows
SELECT (SELECT count(*) FROM "strat_new_t") = (SELECT count(*) FROM "t");

DROP TABLE "t";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_t" RENAME TO "t";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of t" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: set the default of t.d
-- every row is written anew
-- true, or stop: table t is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 't' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table t has other columns than the history knows
SELECT count(*) = 8 FROM pragma_table_xinfo('t');

-- remember the answer as "indexes and triggers of t"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 't' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_t" (
  "id" INTEGER NOT NULL,
  "a" INTEGER DEFAULT (1 + 2 * 3),
  "b" VARCHAR(10) DEFAULT ('a' ),
  "c" INTEGER DEFAULT (NULL),
  "d" INTEGER DEFAULT (-5),
  "e" TIMESTAMP_TEXT,
  "f" INTEGER,
  "g" INTEGER,
  CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_t" ("id", "a", "b", "c", "d", "e", "f", "g") SELECT "id", "a", "b", "c", "d", "e", "f", "g" FROM "t";

-- true, or stop: the copy of table t has another number of rows
SELECT (SELECT count(*) FROM "strat_new_t") = (SELECT count(*) FROM "t");

DROP TABLE "t";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_t" RENAME TO "t";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of t" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: set the default of t.e
-- every row is written anew
-- true, or stop: table t is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 't' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table t has other columns than the history knows
SELECT count(*) = 8 FROM pragma_table_xinfo('t');

-- remember the answer as "indexes and triggers of t"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 't' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_t" (
  "id" INTEGER NOT NULL,
  "a" INTEGER DEFAULT (1 + 2 * 3),
  "b" VARCHAR(10) DEFAULT ('a' ),
  "c" INTEGER DEFAULT (NULL),
  "d" INTEGER DEFAULT (-5),
  "e" TIMESTAMP_TEXT DEFAULT (CURRENT_TIMESTAMP),
  "f" INTEGER,
  "g" INTEGER,
  CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_t" ("id", "a", "b", "c", "d", "e", "f", "g") SELECT "id", "a", "b", "c", "d", "e", "f", "g" FROM "t";

-- true, or stop: the copy of table t has another number of rows
SELECT (SELECT count(*) FROM "strat_new_t") = (SELECT count(*) FROM "t");

DROP TABLE "t";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_t" RENAME TO "t";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of t" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: set the default of t.f
-- every row is written anew
-- true, or stop: table t is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 't' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table t has other columns than the history knows
SELECT count(*) = 8 FROM pragma_table_xinfo('t');

-- remember the answer as "indexes and triggers of t"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 't' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_t" (
  "id" INTEGER NOT NULL,
  "a" INTEGER DEFAULT (1 + 2 * 3),
  "b" VARCHAR(10) DEFAULT ('a' ),
  "c" INTEGER DEFAULT (NULL),
  "d" INTEGER DEFAULT (-5),
  "e" TIMESTAMP_TEXT DEFAULT (CURRENT_TIMESTAMP),
  "f" INTEGER DEFAULT (abs(-3)),
  "g" INTEGER,
  CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_t" ("id", "a", "b", "c", "d", "e", "f", "g") SELECT "id", "a", "b", "c", "d", "e", "f", "g" FROM "t";

-- true, or stop: the copy of table t has another number of rows
SELECT (SELECT count(*) FROM "strat_new_t") = (SELECT count(*) FROM "t");

DROP TABLE "t";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_t" RENAME TO "t";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of t" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: set the default of t.g
-- every row is written anew
-- true, or stop: table t is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 't' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table t has other columns than the history knows
SELECT count(*) = 8 FROM pragma_table_xinfo('t');

-- remember the answer as "indexes and triggers of t"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 't' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_t" (
  "id" INTEGER NOT NULL,
  "a" INTEGER DEFAULT (1 + 2 * 3),
  "b" VARCHAR(10) DEFAULT ('a' ),
  "c" INTEGER DEFAULT (NULL),
  "d" INTEGER DEFAULT (-5),
  "e" TIMESTAMP_TEXT DEFAULT (CURRENT_TIMESTAMP),
  "f" INTEGER DEFAULT (abs(-3)),
  "g" INTEGER DEFAULT (coalesce(NULL, 4)),
  CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_t" ("id", "a", "b", "c", "d", "e", "f", "g") SELECT "id", "a", "b", "c", "d", "e", "f", "g" FROM "t";

-- true, or stop: the copy of table t has another number of rows
SELECT (SELECT count(*) FROM "strat_new_t") = (SELECT count(*) FROM "t");

DROP TABLE "t";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_t" RENAME TO "t";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of t" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: drop the default of t.g
-- every row is written anew
-- true, or stop: table t is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 't' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table t has other columns than the history knows
SELECT count(*) = 8 FROM pragma_table_xinfo('t');

-- remember the answer as "indexes and triggers of t"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 't' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_t" (
  "id" INTEGER NOT NULL,
  "a" INTEGER DEFAULT (1 + 2 * 3),
  "b" VARCHAR(10) DEFAULT ('a' ),
  "c" INTEGER DEFAULT (NULL),
  "d" INTEGER DEFAULT (-5),
  "e" TIMESTAMP_TEXT DEFAULT (CURRENT_TIMESTAMP),
  "f" INTEGER DEFAULT (abs(-3)),
  "g" INTEGER,
  CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_t" ("id", "a", "b", "c", "d", "e", "f", "g") SELECT "id", "a", "b", "c", "d", "e", "f", "g" FROM "t";

-- true, or stop: the copy of table t has another number of rows
SELECT (SELECT count(*) FROM "strat_new_t") = (SELECT count(*) FROM "t");

DROP TABLE "t";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_t" RENAME TO "t";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of t" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: drop the default of t.f
-- every row is written anew
-- true, or stop: table t is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 't' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table t has other columns than the history knows
SELECT count(*) = 8 FROM pragma_table_xinfo('t');

-- remember the answer as "indexes and triggers of t"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 't' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_t" (
  "id" INTEGER NOT NULL,
  "a" INTEGER DEFAULT (1 + 2 * 3),
  "b" VARCHAR(10) DEFAULT ('a' ),
  "c" INTEGER DEFAULT (NULL),
  "d" INTEGER DEFAULT (-5),
  "e" TIMESTAMP_TEXT DEFAULT (CURRENT_TIMESTAMP),
  "f" INTEGER,
  "g" INTEGER,
  CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_t" ("id", "a", "b", "c", "d", "e", "f", "g") SELECT "id", "a", "b", "c", "d", "e", "f", "g" FROM "t";

-- true, or stop: the copy of table t has another number of rows
SELECT (SELECT count(*) FROM "strat_new_t") = (SELECT count(*) FROM "t");

DROP TABLE "t";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_t" RENAME TO "t";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of t" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: drop the default of t.e
-- every row is written anew
-- true, or stop: table t is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 't' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table t has other columns than the history knows
SELECT count(*) = 8 FROM pragma_table_xinfo('t');

-- remember the answer as "indexes and triggers of t"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 't' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_t" (
  "id" INTEGER NOT NULL,
  "a" INTEGER DEFAULT (1 + 2 * 3),
  "b" VARCHAR(10) DEFAULT ('a' ),
  "c" INTEGER DEFAULT (NULL),
  "d" INTEGER DEFAULT (-5),
  "e" TIMESTAMP_TEXT,
  "f" INTEGER,
  "g" INTEGER,
  CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_t" ("id", "a", "b", "c", "d", "e", "f", "g") SELECT "id", "a", "b", "c", "d", "e", "f", "g" FROM "t";

-- true, or stop: the copy of table t has another number of rows
SELECT (SELECT count(*) FROM "strat_new_t") = (SELECT count(*) FROM "t");

DROP TABLE "t";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_t" RENAME TO "t";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of t" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: drop the default of t.d
-- every row is written anew
-- true, or stop: table t is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 't' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table t has other columns than the history knows
SELECT count(*) = 8 FROM pragma_table_xinfo('t');

-- remember the answer as "indexes and triggers of t"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 't' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_t" (
  "id" INTEGER NOT NULL,
  "a" INTEGER DEFAULT (1 + 2 * 3),
  "b" VARCHAR(10) DEFAULT ('a' ),
  "c" INTEGER DEFAULT (NULL),
  "d" INTEGER,
  "e" TIMESTAMP_TEXT,
  "f" INTEGER,
  "g" INTEGER,
  CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_t" ("id", "a", "b", "c", "d", "e", "f", "g") SELECT "id", "a", "b", "c", "d", "e", "f", "g" FROM "t";

-- true, or stop: the copy of table t has another number of rows
SELECT (SELECT count(*) FROM "strat_new_t") = (SELECT count(*) FROM "t");

DROP TABLE "t";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_t" RENAME TO "t";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of t" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: drop the default of t.c
-- every row is written anew
-- true, or stop: table t is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 't' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table t has other columns than the history knows
SELECT count(*) = 8 FROM pragma_table_xinfo('t');

-- remember the answer as "indexes and triggers of t"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 't' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_t" (
  "id" INTEGER NOT NULL,
  "a" INTEGER DEFAULT (1 + 2 * 3),
  "b" VARCHAR(10) DEFAULT ('a' ),
  "c" INTEGER,
  "d" INTEGER,
  "e" TIMESTAMP_TEXT,
  "f" INTEGER,
  "g" INTEGER,
  CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_t" ("id", "a", "b", "c", "d", "e", "f", "g") SELECT "id", "a", "b", "c", "d", "e", "f", "g" FROM "t";

-- true, or stop: the copy of table t has another number of rows
SELECT (SELECT count(*) FROM "strat_new_t") = (SELECT count(*) FROM "t");

DROP TABLE "t";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_t" RENAME TO "t";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of t" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: drop the default of t.b
-- every row is written anew
-- true, or stop: table t is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 't' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table t has other columns than the history knows
SELECT count(*) = 8 FROM pragma_table_xinfo('t');

-- remember the answer as "indexes and triggers of t"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 't' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_t" (
  "id" INTEGER NOT NULL,
  "a" INTEGER DEFAULT (1 + 2 * 3),
  "b" VARCHAR(10),
  "c" INTEGER,
  "d" INTEGER,
  "e" TIMESTAMP_TEXT,
  "f" INTEGER,
  "g" INTEGER,
  CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_t" ("id", "a", "b", "c", "d", "e", "f", "g") SELECT "id", "a", "b", "c", "d", "e", "f", "g" FROM "t";

-- true, or stop: the copy of table t has another number of rows
SELECT (SELECT count(*) FROM "strat_new_t") = (SELECT count(*) FROM "t");

DROP TABLE "t";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_t" RENAME TO "t";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of t" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: drop the default of t.a
-- every row is written anew
-- true, or stop: table t is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 't' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table t has other columns than the history knows
SELECT count(*) = 8 FROM pragma_table_xinfo('t');

-- remember the answer as "indexes and triggers of t"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 't' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_t" (
  "id" INTEGER NOT NULL,
  "a" INTEGER,
  "b" VARCHAR(10),
  "c" INTEGER,
  "d" INTEGER,
  "e" TIMESTAMP_TEXT,
  "f" INTEGER,
  "g" INTEGER,
  CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_t" ("id", "a", "b", "c", "d", "e", "f", "g") SELECT "id", "a", "b", "c", "d", "e", "f", "g" FROM "t";

-- true, or stop: the copy of table t has another number of rows
SELECT (SELECT count(*) FROM "strat_new_t") = (SELECT count(*) FROM "t");

DROP TABLE "t";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_t" RENAME TO "t";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of t" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');


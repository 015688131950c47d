-- up: change the type of t.n to Enum("grade")
-- every row is written anew
-- true, or stop: table t is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 't' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table t has other columns than the history knows
SELECT count(*) = 3 FROM pragma_table_xinfo('t');

-- remember the answer as "indexes and triggers of t"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 't' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_t" (
  "id" INTEGER NOT NULL,
  "n" TEXT CONSTRAINT "strat_enum_grade" CHECK ("n" IN ('2', '1', 'none')),
  "w" VARCHAR(10),
  CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_t" ("id", "n", "w") SELECT "id", CAST("n" AS TEXT), "w" FROM "t";

-- true, or stop: the copy of table t has another number of rows
SELECT (SELECT count(*) FROM "strat_new_t") = (SELECT count(*) FROM "t");

DROP TABLE "t";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_t" RENAME TO "t";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of t" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: change the type of t.w to Enum("grade")
-- every row is written anew
-- true, or stop: table t is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 't' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table t has other columns than the history knows
SELECT count(*) = 3 FROM pragma_table_xinfo('t');

-- remember the answer as "indexes and triggers of t"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 't' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_t" (
  "id" INTEGER NOT NULL,
  "n" TEXT CONSTRAINT "strat_enum_grade" CHECK ("n" IN ('2', '1', 'none')),
  "w" TEXT CONSTRAINT "strat_enum_grade" CHECK ("w" IN ('2', '1', 'none')),
  CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_t" ("id", "n", "w") SELECT "id", "n", CAST("w" AS TEXT) FROM "t";

-- true, or stop: the copy of table t has another number of rows
SELECT (SELECT count(*) FROM "strat_new_t") = (SELECT count(*) FROM "t");

DROP TABLE "t";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_t" RENAME TO "t";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of t" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: change the type of t.w to Varchar(10)
-- every row is written anew
-- true, or stop: table t is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 't' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table t has other columns than the history knows
SELECT count(*) = 3 FROM pragma_table_xinfo('t');

-- remember the answer as "indexes and triggers of t"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 't' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_t" (
  "id" INTEGER NOT NULL,
  "n" TEXT CONSTRAINT "strat_enum_grade" CHECK ("n" IN ('2', '1', 'none')),
  "w" VARCHAR(10),
  CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_t" ("id", "n", "w") SELECT "id", "n", CAST("w" AS TEXT) FROM "t";

-- true, or stop: column t.w has values that don't fit its new type
SELECT NOT EXISTS (SELECT 1 FROM "strat_new_t" WHERE "w" IS NOT NULL AND NOT (length("w") <= 10));

-- true, or stop: the copy of table t has another number of rows
SELECT (SELECT count(*) FROM "strat_new_t") = (SELECT count(*) FROM "t");

DROP TABLE "t";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_t" RENAME TO "t";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of t" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: change the type of t.n to Integer
-- every row is written anew
-- true, or stop: table t is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 't' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table t has other columns than the history knows
SELECT count(*) = 3 FROM pragma_table_xinfo('t');

-- remember the answer as "indexes and triggers of t"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 't' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_t" (
  "id" INTEGER NOT NULL,
  "n" INTEGER,
  "w" VARCHAR(10),
  CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_t" ("id", "n", "w") SELECT "id", "n", "w" FROM "t";

-- true, or stop: column t.n has values that don't fit its new type
SELECT NOT EXISTS (SELECT 1 FROM "strat_new_t" WHERE "n" IS NOT NULL AND NOT (typeof("n") = 'integer' AND "n" BETWEEN -2147483648 AND 2147483647));

-- true, or stop: the copy of table t has another number of rows
SELECT (SELECT count(*) FROM "strat_new_t") = (SELECT count(*) FROM "t");

DROP TABLE "t";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_t" RENAME TO "t";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of t" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');


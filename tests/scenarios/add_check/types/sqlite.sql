-- up: add check c0 to kinds
-- every row is written anew
-- true, or stop: table kinds is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'kinds' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table kinds has other columns than the history knows
SELECT count(*) = 17 FROM pragma_table_xinfo('kinds');

-- remember the answer as "indexes and triggers of kinds"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'kinds' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_kinds" (
  "id" INTEGER NOT NULL,
  "a_bool" BOOLEAN,
  "a_smallint" SMALLINT,
  "a_bigint" BIGINT,
  "a_real" REAL,
  "a_double" DOUBLE,
  "a_decimal" DECIMAL_TEXT(12,3),
  "a_text" TEXT,
  "a_varchar" VARCHAR(20),
  "a_char" CHAR(4),
  "a_bytes" BLOB,
  "a_uuid" UUID_TEXT,
  "a_date" DATE_TEXT,
  "a_time" TIME_TEXT,
  "a_timestamp" TIMESTAMP_TEXT,
  "a_moment" TIMESTAMPTZ_TEXT,
  "a_json" JSON_TEXT,
  CONSTRAINT "kinds_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "c0" CHECK ("a_bool" OR NOT "a_bool" OR "a_bool" IS NULL)
);

INSERT INTO "strat_new_kinds" ("id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json") SELECT "id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json" FROM "kinds";

-- true, or stop: the copy of table kinds has another number of rows
SELECT (SELECT count(*) FROM "strat_new_kinds") = (SELECT count(*) FROM "kinds");

DROP TABLE "kinds";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_kinds" RENAME TO "kinds";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of kinds" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: add check c1 to kinds
-- every row is written anew
-- true, or stop: table kinds is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'kinds' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table kinds has other columns than the history knows
SELECT count(*) = 17 FROM pragma_table_xinfo('kinds');

-- remember the answer as "indexes and triggers of kinds"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'kinds' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_kinds" (
  "id" INTEGER NOT NULL,
  "a_bool" BOOLEAN,
  "a_smallint" SMALLINT,
  "a_bigint" BIGINT,
  "a_real" REAL,
  "a_double" DOUBLE,
  "a_decimal" DECIMAL_TEXT(12,3),
  "a_text" TEXT,
  "a_varchar" VARCHAR(20),
  "a_char" CHAR(4),
  "a_bytes" BLOB,
  "a_uuid" UUID_TEXT,
  "a_date" DATE_TEXT,
  "a_time" TIME_TEXT,
  "a_timestamp" TIMESTAMP_TEXT,
  "a_moment" TIMESTAMPTZ_TEXT,
  "a_json" JSON_TEXT,
  CONSTRAINT "kinds_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "c0" CHECK ("a_bool" OR NOT "a_bool" OR "a_bool" IS NULL),
  CONSTRAINT "c1" CHECK ("a_smallint" > -40000 AND "a_bigint" <> 5)
);

INSERT INTO "strat_new_kinds" ("id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json") SELECT "id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json" FROM "kinds";

-- true, or stop: the copy of table kinds has another number of rows
SELECT (SELECT count(*) FROM "strat_new_kinds") = (SELECT count(*) FROM "kinds");

DROP TABLE "kinds";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_kinds" RENAME TO "kinds";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of kinds" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: add check c2 to kinds
-- every row is written anew
-- true, or stop: table kinds is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'kinds' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table kinds has other columns than the history knows
SELECT count(*) = 17 FROM pragma_table_xinfo('kinds');

-- remember the answer as "indexes and triggers of kinds"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'kinds' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_kinds" (
  "id" INTEGER NOT NULL,
  "a_bool" BOOLEAN,
  "a_smallint" SMALLINT,
  "a_bigint" BIGINT,
  "a_real" REAL,
  "a_double" DOUBLE,
  "a_decimal" DECIMAL_TEXT(12,3),
  "a_text" TEXT,
  "a_varchar" VARCHAR(20),
  "a_char" CHAR(4),
  "a_bytes" BLOB,
  "a_uuid" UUID_TEXT,
  "a_date" DATE_TEXT,
  "a_time" TIME_TEXT,
  "a_timestamp" TIMESTAMP_TEXT,
  "a_moment" TIMESTAMPTZ_TEXT,
  "a_json" JSON_TEXT,
  CONSTRAINT "kinds_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "c0" CHECK ("a_bool" OR NOT "a_bool" OR "a_bool" IS NULL),
  CONSTRAINT "c1" CHECK ("a_smallint" > -40000 AND "a_bigint" <> 5),
  CONSTRAINT "c2" CHECK ("a_double" < 1e301)
);

INSERT INTO "strat_new_kinds" ("id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json") SELECT "id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json" FROM "kinds";

-- true, or stop: the copy of table kinds has another number of rows
SELECT (SELECT count(*) FROM "strat_new_kinds") = (SELECT count(*) FROM "kinds");

DROP TABLE "kinds";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_kinds" RENAME TO "kinds";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of kinds" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: add check c4 to kinds
-- every row is written anew
-- true, or stop: table kinds is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'kinds' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table kinds has other columns than the history knows
SELECT count(*) = 17 FROM pragma_table_xinfo('kinds');

-- remember the answer as "indexes and triggers of kinds"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'kinds' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_kinds" (
  "id" INTEGER NOT NULL,
  "a_bool" BOOLEAN,
  "a_smallint" SMALLINT,
  "a_bigint" BIGINT,
  "a_real" REAL,
  "a_double" DOUBLE,
  "a_decimal" DECIMAL_TEXT(12,3),
  "a_text" TEXT,
  "a_varchar" VARCHAR(20),
  "a_char" CHAR(4),
  "a_bytes" BLOB,
  "a_uuid" UUID_TEXT,
  "a_date" DATE_TEXT,
  "a_time" TIME_TEXT,
  "a_timestamp" TIMESTAMP_TEXT,
  "a_moment" TIMESTAMPTZ_TEXT,
  "a_json" JSON_TEXT,
  CONSTRAINT "kinds_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "c0" CHECK ("a_bool" OR NOT "a_bool" OR "a_bool" IS NULL),
  CONSTRAINT "c1" CHECK ("a_smallint" > -40000 AND "a_bigint" <> 5),
  CONSTRAINT "c2" CHECK ("a_double" < 1e301),
  CONSTRAINT "c4" CHECK ("a_text" <> 'x' OR "a_varchar" = 'y')
);

INSERT INTO "strat_new_kinds" ("id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json") SELECT "id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json" FROM "kinds";

-- true, or stop: the copy of table kinds has another number of rows
SELECT (SELECT count(*) FROM "strat_new_kinds") = (SELECT count(*) FROM "kinds");

DROP TABLE "kinds";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_kinds" RENAME TO "kinds";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of kinds" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: add check c5 to kinds
-- every row is written anew
-- true, or stop: table kinds is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'kinds' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table kinds has other columns than the history knows
SELECT count(*) = 17 FROM pragma_table_xinfo('kinds');

-- remember the answer as "indexes and triggers of kinds"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'kinds' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_kinds" (
  "id" INTEGER NOT NULL,
  "a_bool" BOOLEAN,
  "a_smallint" SMALLINT,
  "a_bigint" BIGINT,
  "a_real" REAL,
  "a_double" DOUBLE,
  "a_decimal" DECIMAL_TEXT(12,3),
  "a_text" TEXT,
  "a_varchar" VARCHAR(20),
  "a_char" CHAR(4),
  "a_bytes" BLOB,
  "a_uuid" UUID_TEXT,
  "a_date" DATE_TEXT,
  "a_time" TIME_TEXT,
  "a_timestamp" TIMESTAMP_TEXT,
  "a_moment" TIMESTAMPTZ_TEXT,
  "a_json" JSON_TEXT,
  CONSTRAINT "kinds_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "c0" CHECK ("a_bool" OR NOT "a_bool" OR "a_bool" IS NULL),
  CONSTRAINT "c1" CHECK ("a_smallint" > -40000 AND "a_bigint" <> 5),
  CONSTRAINT "c2" CHECK ("a_double" < 1e301),
  CONSTRAINT "c4" CHECK ("a_text" <> 'x' OR "a_varchar" = 'y'),
  CONSTRAINT "c5" CHECK ("a_date" > '1900-01-01')
);

INSERT INTO "strat_new_kinds" ("id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json") SELECT "id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json" FROM "kinds";

-- true, or stop: the copy of table kinds has another number of rows
SELECT (SELECT count(*) FROM "strat_new_kinds") = (SELECT count(*) FROM "kinds");

DROP TABLE "kinds";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_kinds" RENAME TO "kinds";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of kinds" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: add check c6 to kinds
-- every row is written anew
-- true, or stop: table kinds is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'kinds' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table kinds has other columns than the history knows
SELECT count(*) = 17 FROM pragma_table_xinfo('kinds');

-- remember the answer as "indexes and triggers of kinds"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'kinds' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_kinds" (
  "id" INTEGER NOT NULL,
  "a_bool" BOOLEAN,
  "a_smallint" SMALLINT,
  "a_bigint" BIGINT,
  "a_real" REAL,
  "a_double" DOUBLE,
  "a_decimal" DECIMAL_TEXT(12,3),
  "a_text" TEXT,
  "a_varchar" VARCHAR(20),
  "a_char" CHAR(4),
  "a_bytes" BLOB,
  "a_uuid" UUID_TEXT,
  "a_date" DATE_TEXT,
  "a_time" TIME_TEXT,
  "a_timestamp" TIMESTAMP_TEXT,
  "a_moment" TIMESTAMPTZ_TEXT,
  "a_json" JSON_TEXT,
  CONSTRAINT "kinds_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "c0" CHECK ("a_bool" OR NOT "a_bool" OR "a_bool" IS NULL),
  CONSTRAINT "c1" CHECK ("a_smallint" > -40000 AND "a_bigint" <> 5),
  CONSTRAINT "c2" CHECK ("a_double" < 1e301),
  CONSTRAINT "c4" CHECK ("a_text" <> 'x' OR "a_varchar" = 'y'),
  CONSTRAINT "c5" CHECK ("a_date" > '1900-01-01'),
  CONSTRAINT "c6" CHECK ("a_timestamp" < '2100-01-01 00:00:00')
);

INSERT INTO "strat_new_kinds" ("id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json") SELECT "id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json" FROM "kinds";

-- true, or stop: the copy of table kinds has another number of rows
SELECT (SELECT count(*) FROM "strat_new_kinds") = (SELECT count(*) FROM "kinds");

DROP TABLE "kinds";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_kinds" RENAME TO "kinds";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of kinds" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: add check c8 to kinds
-- every row is written anew
-- true, or stop: table kinds is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'kinds' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table kinds has other columns than the history knows
SELECT count(*) = 17 FROM pragma_table_xinfo('kinds');

-- remember the answer as "indexes and triggers of kinds"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'kinds' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_kinds" (
  "id" INTEGER NOT NULL,
  "a_bool" BOOLEAN,
  "a_smallint" SMALLINT,
  "a_bigint" BIGINT,
  "a_real" REAL,
  "a_double" DOUBLE,
  "a_decimal" DECIMAL_TEXT(12,3),
  "a_text" TEXT,
  "a_varchar" VARCHAR(20),
  "a_char" CHAR(4),
  "a_bytes" BLOB,
  "a_uuid" UUID_TEXT,
  "a_date" DATE_TEXT,
  "a_time" TIME_TEXT,
  "a_timestamp" TIMESTAMP_TEXT,
  "a_moment" TIMESTAMPTZ_TEXT,
  "a_json" JSON_TEXT,
  CONSTRAINT "kinds_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "c0" CHECK ("a_bool" OR NOT "a_bool" OR "a_bool" IS NULL),
  CONSTRAINT "c1" CHECK ("a_smallint" > -40000 AND "a_bigint" <> 5),
  CONSTRAINT "c2" CHECK ("a_double" < 1e301),
  CONSTRAINT "c4" CHECK ("a_text" <> 'x' OR "a_varchar" = 'y'),
  CONSTRAINT "c5" CHECK ("a_date" > '1900-01-01'),
  CONSTRAINT "c6" CHECK ("a_timestamp" < '2100-01-01 00:00:00'),
  CONSTRAINT "c8" CHECK ("a_uuid" <> '99999999-e89b-12d3-a456-426614174000')
);

INSERT INTO "strat_new_kinds" ("id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json") SELECT "id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json" FROM "kinds";

-- true, or stop: the copy of table kinds has another number of rows
SELECT (SELECT count(*) FROM "strat_new_kinds") = (SELECT count(*) FROM "kinds");

DROP TABLE "kinds";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_kinds" RENAME TO "kinds";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of kinds" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: add check c9 to kinds
-- every row is written anew
-- true, or stop: table kinds is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'kinds' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table kinds has other columns than the history knows
SELECT count(*) = 17 FROM pragma_table_xinfo('kinds');

-- remember the answer as "indexes and triggers of kinds"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'kinds' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_kinds" (
  "id" INTEGER NOT NULL,
  "a_bool" BOOLEAN,
  "a_smallint" SMALLINT,
  "a_bigint" BIGINT,
  "a_real" REAL,
  "a_double" DOUBLE,
  "a_decimal" DECIMAL_TEXT(12,3),
  "a_text" TEXT,
  "a_varchar" VARCHAR(20),
  "a_char" CHAR(4),
  "a_bytes" BLOB,
  "a_uuid" UUID_TEXT,
  "a_date" DATE_TEXT,
  "a_time" TIME_TEXT,
  "a_timestamp" TIMESTAMP_TEXT,
  "a_moment" TIMESTAMPTZ_TEXT,
  "a_json" JSON_TEXT,
  CONSTRAINT "kinds_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "c0" CHECK ("a_bool" OR NOT "a_bool" OR "a_bool" IS NULL),
  CONSTRAINT "c1" CHECK ("a_smallint" > -40000 AND "a_bigint" <> 5),
  CONSTRAINT "c2" CHECK ("a_double" < 1e301),
  CONSTRAINT "c4" CHECK ("a_text" <> 'x' OR "a_varchar" = 'y'),
  CONSTRAINT "c5" CHECK ("a_date" > '1900-01-01'),
  CONSTRAINT "c6" CHECK ("a_timestamp" < '2100-01-01 00:00:00'),
  CONSTRAINT "c8" CHECK ("a_uuid" <> '99999999-e89b-12d3-a456-426614174000'),
  CONSTRAINT "c9" CHECK (length("a_char") <= 4)
);

INSERT INTO "strat_new_kinds" ("id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json") SELECT "id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json" FROM "kinds";

-- true, or stop: the copy of table kinds has another number of rows
SELECT (SELECT count(*) FROM "strat_new_kinds") = (SELECT count(*) FROM "kinds");

DROP TABLE "kinds";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_kinds" RENAME TO "kinds";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of kinds" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: add check c10 to kinds
-- every row is written anew
-- true, or stop: table kinds is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'kinds' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table kinds has other columns than the history knows
SELECT count(*) = 17 FROM pragma_table_xinfo('kinds');

-- remember the answer as "indexes and triggers of kinds"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'kinds' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_kinds" (
  "id" INTEGER NOT NULL,
  "a_bool" BOOLEAN,
  "a_smallint" SMALLINT,
  "a_bigint" BIGINT,
  "a_real" REAL,
  "a_double" DOUBLE,
  "a_decimal" DECIMAL_TEXT(12,3),
  "a_text" TEXT,
  "a_varchar" VARCHAR(20),
  "a_char" CHAR(4),
  "a_bytes" BLOB,
  "a_uuid" UUID_TEXT,
  "a_date" DATE_TEXT,
  "a_time" TIME_TEXT,
  "a_timestamp" TIMESTAMP_TEXT,
  "a_moment" TIMESTAMPTZ_TEXT,
  "a_json" JSON_TEXT,
  CONSTRAINT "kinds_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "c0" CHECK ("a_bool" OR NOT "a_bool" OR "a_bool" IS NULL),
  CONSTRAINT "c1" CHECK ("a_smallint" > -40000 AND "a_bigint" <> 5),
  CONSTRAINT "c2" CHECK ("a_double" < 1e301),
  CONSTRAINT "c4" CHECK ("a_text" <> 'x' OR "a_varchar" = 'y'),
  CONSTRAINT "c5" CHECK ("a_date" > '1900-01-01'),
  CONSTRAINT "c6" CHECK ("a_timestamp" < '2100-01-01 00:00:00'),
  CONSTRAINT "c8" CHECK ("a_uuid" <> '99999999-e89b-12d3-a456-426614174000'),
  CONSTRAINT "c9" CHECK (length("a_char") <= 4),
  CONSTRAINT "c10" CHECK ("a_time" <= '23:59:59.999999')
);

INSERT INTO "strat_new_kinds" ("id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json") SELECT "id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json" FROM "kinds";

-- true, or stop: the copy of table kinds has another number of rows
SELECT (SELECT count(*) FROM "strat_new_kinds") = (SELECT count(*) FROM "kinds");

DROP TABLE "kinds";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_kinds" RENAME TO "kinds";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of kinds" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: add check c11 to kinds
-- every row is written anew
-- true, or stop: table kinds is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'kinds' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table kinds has other columns than the history knows
SELECT count(*) = 17 FROM pragma_table_xinfo('kinds');

-- remember the answer as "indexes and triggers of kinds"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'kinds' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_kinds" (
  "id" INTEGER NOT NULL,
  "a_bool" BOOLEAN,
  "a_smallint" SMALLINT,
  "a_bigint" BIGINT,
  "a_real" REAL,
  "a_double" DOUBLE,
  "a_decimal" DECIMAL_TEXT(12,3),
  "a_text" TEXT,
  "a_varchar" VARCHAR(20),
  "a_char" CHAR(4),
  "a_bytes" BLOB,
  "a_uuid" UUID_TEXT,
  "a_date" DATE_TEXT,
  "a_time" TIME_TEXT,
  "a_timestamp" TIMESTAMP_TEXT,
  "a_moment" TIMESTAMPTZ_TEXT,
  "a_json" JSON_TEXT,
  CONSTRAINT "kinds_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "c0" CHECK ("a_bool" OR NOT "a_bool" OR "a_bool" IS NULL),
  CONSTRAINT "c1" CHECK ("a_smallint" > -40000 AND "a_bigint" <> 5),
  CONSTRAINT "c2" CHECK ("a_double" < 1e301),
  CONSTRAINT "c4" CHECK ("a_text" <> 'x' OR "a_varchar" = 'y'),
  CONSTRAINT "c5" CHECK ("a_date" > '1900-01-01'),
  CONSTRAINT "c6" CHECK ("a_timestamp" < '2100-01-01 00:00:00'),
  CONSTRAINT "c8" CHECK ("a_uuid" <> '99999999-e89b-12d3-a456-426614174000'),
  CONSTRAINT "c9" CHECK (length("a_char") <= 4),
  CONSTRAINT "c10" CHECK ("a_time" <= '23:59:59.999999'),
  CONSTRAINT "c11" CHECK ("a_real" < 5.5 OR "a_real" IS NULL)
);

INSERT INTO "strat_new_kinds" ("id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json") SELECT "id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json" FROM "kinds";

-- true, or stop: the copy of table kinds has another number of rows
SELECT (SELECT count(*) FROM "strat_new_kinds") = (SELECT count(*) FROM "kinds");

DROP TABLE "kinds";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_kinds" RENAME TO "kinds";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of kinds" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: drop constraint c11 of kinds
-- every row is written anew
-- true, or stop: table kinds is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'kinds' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table kinds has other columns than the history knows
SELECT count(*) = 17 FROM pragma_table_xinfo('kinds');

-- remember the answer as "indexes and triggers of kinds"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'kinds' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_kinds" (
  "id" INTEGER NOT NULL,
  "a_bool" BOOLEAN,
  "a_smallint" SMALLINT,
  "a_bigint" BIGINT,
  "a_real" REAL,
  "a_double" DOUBLE,
  "a_decimal" DECIMAL_TEXT(12,3),
  "a_text" TEXT,
  "a_varchar" VARCHAR(20),
  "a_char" CHAR(4),
  "a_bytes" BLOB,
  "a_uuid" UUID_TEXT,
  "a_date" DATE_TEXT,
  "a_time" TIME_TEXT,
  "a_timestamp" TIMESTAMP_TEXT,
  "a_moment" TIMESTAMPTZ_TEXT,
  "a_json" JSON_TEXT,
  CONSTRAINT "kinds_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "c0" CHECK ("a_bool" OR NOT "a_bool" OR "a_bool" IS NULL),
  CONSTRAINT "c1" CHECK ("a_smallint" > -40000 AND "a_bigint" <> 5),
  CONSTRAINT "c2" CHECK ("a_double" < 1e301),
  CONSTRAINT "c4" CHECK ("a_text" <> 'x' OR "a_varchar" = 'y'),
  CONSTRAINT "c5" CHECK ("a_date" > '1900-01-01'),
  CONSTRAINT "c6" CHECK ("a_timestamp" < '2100-01-01 00:00:00'),
  CONSTRAINT "c8" CHECK ("a_uuid" <> '99999999-e89b-12d3-a456-426614174000'),
  CONSTRAINT "c9" CHECK (length("a_char") <= 4),
  CONSTRAINT "c10" CHECK ("a_time" <= '23:59:59.999999')
);

INSERT INTO "strat_new_kinds" ("id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json") SELECT "id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json" FROM "kinds";

-- true, or stop: the copy of table kinds has another number of rows
SELECT (SELECT count(*) FROM "strat_new_kinds") = (SELECT count(*) FROM "kinds");

DROP TABLE "kinds";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_kinds" RENAME TO "kinds";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of kinds" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: drop constraint c10 of kinds
-- every row is written anew
-- true, or stop: table kinds is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'kinds' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table kinds has other columns than the history knows
SELECT count(*) = 17 FROM pragma_table_xinfo('kinds');

-- remember the answer as "indexes and triggers of kinds"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'kinds' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_kinds" (
  "id" INTEGER NOT NULL,
  "a_bool" BOOLEAN,
  "a_smallint" SMALLINT,
  "a_bigint" BIGINT,
  "a_real" REAL,
  "a_double" DOUBLE,
  "a_decimal" DECIMAL_TEXT(12,3),
  "a_text" TEXT,
  "a_varchar" VARCHAR(20),
  "a_char" CHAR(4),
  "a_bytes" BLOB,
  "a_uuid" UUID_TEXT,
  "a_date" DATE_TEXT,
  "a_time" TIME_TEXT,
  "a_timestamp" TIMESTAMP_TEXT,
  "a_moment" TIMESTAMPTZ_TEXT,
  "a_json" JSON_TEXT,
  CONSTRAINT "kinds_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "c0" CHECK ("a_bool" OR NOT "a_bool" OR "a_bool" IS NULL),
  CONSTRAINT "c1" CHECK ("a_smallint" > -40000 AND "a_bigint" <> 5),
  CONSTRAINT "c2" CHECK ("a_double" < 1e301),
  CONSTRAINT "c4" CHECK ("a_text" <> 'x' OR "a_varchar" = 'y'),
  CONSTRAINT "c5" CHECK ("a_date" > '1900-01-01'),
  CONSTRAINT "c6" CHECK ("a_timestamp" < '2100-01-01 00:00:00'),
  CONSTRAINT "c8" CHECK ("a_uuid" <> '99999999-e89b-12d3-a456-426614174000'),
  CONSTRAINT "c9" CHECK (length("a_char") <= 4)
);

INSERT INTO "strat_new_kinds" ("id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json") SELECT "id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json" FROM "kinds";

-- true, or stop: the copy of table kinds has another number of rows
SELECT (SELECT count(*) FROM "strat_new_kinds") = (SELECT count(*) FROM "kinds");

DROP TABLE "kinds";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_kinds" RENAME TO "kinds";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of kinds" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: drop constraint c9 of kinds
-- every row is written anew
-- true, or stop: table kinds is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'kinds' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table kinds has other columns than the history knows
SELECT count(*) = 17 FROM pragma_table_xinfo('kinds');

-- remember the answer as "indexes and triggers of kinds"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'kinds' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_kinds" (
  "id" INTEGER NOT NULL,
  "a_bool" BOOLEAN,
  "a_smallint" SMALLINT,
  "a_bigint" BIGINT,
  "a_real" REAL,
  "a_double" DOUBLE,
  "a_decimal" DECIMAL_TEXT(12,3),
  "a_text" TEXT,
  "a_varchar" VARCHAR(20),
  "a_char" CHAR(4),
  "a_bytes" BLOB,
  "a_uuid" UUID_TEXT,
  "a_date" DATE_TEXT,
  "a_time" TIME_TEXT,
  "a_timestamp" TIMESTAMP_TEXT,
  "a_moment" TIMESTAMPTZ_TEXT,
  "a_json" JSON_TEXT,
  CONSTRAINT "kinds_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "c0" CHECK ("a_bool" OR NOT "a_bool" OR "a_bool" IS NULL),
  CONSTRAINT "c1" CHECK ("a_smallint" > -40000 AND "a_bigint" <> 5),
  CONSTRAINT "c2" CHECK ("a_double" < 1e301),
  CONSTRAINT "c4" CHECK ("a_text" <> 'x' OR "a_varchar" = 'y'),
  CONSTRAINT "c5" CHECK ("a_date" > '1900-01-01'),
  CONSTRAINT "c6" CHECK ("a_timestamp" < '2100-01-01 00:00:00'),
  CONSTRAINT "c8" CHECK ("a_uuid" <> '99999999-e89b-12d3-a456-426614174000')
);

INSERT INTO "strat_new_kinds" ("id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json") SELECT "id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json" FROM "kinds";

-- true, or stop: the copy of table kinds has another number of rows
SELECT (SELECT count(*) FROM "strat_new_kinds") = (SELECT count(*) FROM "kinds");

DROP TABLE "kinds";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_kinds" RENAME TO "kinds";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of kinds" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: drop constraint c8 of kinds
-- every row is written anew
-- true, or stop: table kinds is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'kinds' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table kinds has other columns than the history knows
SELECT count(*) = 17 FROM pragma_table_xinfo('kinds');

-- remember the answer as "indexes and triggers of kinds"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'kinds' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_kinds" (
  "id" INTEGER NOT NULL,
  "a_bool" BOOLEAN,
  "a_smallint" SMALLINT,
  "a_bigint" BIGINT,
  "a_real" REAL,
  "a_double" DOUBLE,
  "a_decimal" DECIMAL_TEXT(12,3),
  "a_text" TEXT,
  "a_varchar" VARCHAR(20),
  "a_char" CHAR(4),
  "a_bytes" BLOB,
  "a_uuid" UUID_TEXT,
  "a_date" DATE_TEXT,
  "a_time" TIME_TEXT,
  "a_timestamp" TIMESTAMP_TEXT,
  "a_moment" TIMESTAMPTZ_TEXT,
  "a_json" JSON_TEXT,
  CONSTRAINT "kinds_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "c0" CHECK ("a_bool" OR NOT "a_bool" OR "a_bool" IS NULL),
  CONSTRAINT "c1" CHECK ("a_smallint" > -40000 AND "a_bigint" <> 5),
  CONSTRAINT "c2" CHECK ("a_double" < 1e301),
  CONSTRAINT "c4" CHECK ("a_text" <> 'x' OR "a_varchar" = 'y'),
  CONSTRAINT "c5" CHECK ("a_date" > '1900-01-01'),
  CONSTRAINT "c6" CHECK ("a_timestamp" < '2100-01-01 00:00:00')
);

INSERT INTO "strat_new_kinds" ("id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json") SELECT "id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json" FROM "kinds";

-- true, or stop: the copy of table kinds has another number of rows
SELECT (SELECT count(*) FROM "strat_new_kinds") = (SELECT count(*) FROM "kinds");

DROP TABLE "kinds";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_kinds" RENAME TO "kinds";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of kinds" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: drop constraint c6 of kinds
-- every row is written anew
-- true, or stop: table kinds is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'kinds' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table kinds has other columns than the history knows
SELECT count(*) = 17 FROM pragma_table_xinfo('kinds');

-- remember the answer as "indexes and triggers of kinds"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'kinds' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_kinds" (
  "id" INTEGER NOT NULL,
  "a_bool" BOOLEAN,
  "a_smallint" SMALLINT,
  "a_bigint" BIGINT,
  "a_real" REAL,
  "a_double" DOUBLE,
  "a_decimal" DECIMAL_TEXT(12,3),
  "a_text" TEXT,
  "a_varchar" VARCHAR(20),
  "a_char" CHAR(4),
  "a_bytes" BLOB,
  "a_uuid" UUID_TEXT,
  "a_date" DATE_TEXT,
  "a_time" TIME_TEXT,
  "a_timestamp" TIMESTAMP_TEXT,
  "a_moment" TIMESTAMPTZ_TEXT,
  "a_json" JSON_TEXT,
  CONSTRAINT "kinds_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "c0" CHECK ("a_bool" OR NOT "a_bool" OR "a_bool" IS NULL),
  CONSTRAINT "c1" CHECK ("a_smallint" > -40000 AND "a_bigint" <> 5),
  CONSTRAINT "c2" CHECK ("a_double" < 1e301),
  CONSTRAINT "c4" CHECK ("a_text" <> 'x' OR "a_varchar" = 'y'),
  CONSTRAINT "c5" CHECK ("a_date" > '1900-01-01')
);

INSERT INTO "strat_new_kinds" ("id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json") SELECT "id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json" FROM "kinds";

-- true, or stop: the copy of table kinds has another number of rows
SELECT (SELECT count(*) FROM "strat_new_kinds") = (SELECT count(*) FROM "kinds");

DROP TABLE "kinds";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_kinds" RENAME TO "kinds";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of kinds" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: drop constraint c5 of kinds
-- every row is written anew
-- true, or stop: table kinds is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'kinds' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table kinds has other columns than the history knows
SELECT count(*) = 17 FROM pragma_table_xinfo('kinds');

-- remember the answer as "indexes and triggers of kinds"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'kinds' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_kinds" (
  "id" INTEGER NOT NULL,
  "a_bool" BOOLEAN,
  "a_smallint" SMALLINT,
  "a_bigint" BIGINT,
  "a_real" REAL,
  "a_double" DOUBLE,
  "a_decimal" DECIMAL_TEXT(12,3),
  "a_text" TEXT,
  "a_varchar" VARCHAR(20),
  "a_char" CHAR(4),
  "a_bytes" BLOB,
  "a_uuid" UUID_TEXT,
  "a_date" DATE_TEXT,
  "a_time" TIME_TEXT,
  "a_timestamp" TIMESTAMP_TEXT,
  "a_moment" TIMESTAMPTZ_TEXT,
  "a_json" JSON_TEXT,
  CONSTRAINT "kinds_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "c0" CHECK ("a_bool" OR NOT "a_bool" OR "a_bool" IS NULL),
  CONSTRAINT "c1" CHECK ("a_smallint" > -40000 AND "a_bigint" <> 5),
  CONSTRAINT "c2" CHECK ("a_double" < 1e301),
  CONSTRAINT "c4" CHECK ("a_text" <> 'x' OR "a_varchar" = 'y')
);

INSERT INTO "strat_new_kinds" ("id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json") SELECT "id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json" FROM "kinds";

-- true, or stop: the copy of table kinds has another number of rows
SELECT (SELECT count(*) FROM "strat_new_kinds") = (SELECT count(*) FROM "kinds");

DROP TABLE "kinds";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_kinds" RENAME TO "kinds";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of kinds" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: drop constraint c4 of kinds
-- every row is written anew
-- true, or stop: table kinds is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'kinds' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table kinds has other columns than the history knows
SELECT count(*) = 17 FROM pragma_table_xinfo('kinds');

-- remember the answer as "indexes and triggers of kinds"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'kinds' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_kinds" (
  "id" INTEGER NOT NULL,
  "a_bool" BOOLEAN,
  "a_smallint" SMALLINT,
  "a_bigint" BIGINT,
  "a_real" REAL,
  "a_double" DOUBLE,
  "a_decimal" DECIMAL_TEXT(12,3),
  "a_text" TEXT,
  "a_varchar" VARCHAR(20),
  "a_char" CHAR(4),
  "a_bytes" BLOB,
  "a_uuid" UUID_TEXT,
  "a_date" DATE_TEXT,
  "a_time" TIME_TEXT,
  "a_timestamp" TIMESTAMP_TEXT,
  "a_moment" TIMESTAMPTZ_TEXT,
  "a_json" JSON_TEXT,
  CONSTRAINT "kinds_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "c0" CHECK ("a_bool" OR NOT "a_bool" OR "a_bool" IS NULL),
  CONSTRAINT "c1" CHECK ("a_smallint" > -40000 AND "a_bigint" <> 5),
  CONSTRAINT "c2" CHECK ("a_double" < 1e301)
);

INSERT INTO "strat_new_kinds" ("id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json") SELECT "id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json" FROM "kinds";

-- true, or stop: the copy of table kinds has another number of rows
SELECT (SELECT count(*) FROM "strat_new_kinds") = (SELECT count(*) FROM "kinds");

DROP TABLE "kinds";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_kinds" RENAME TO "kinds";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of kinds" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: drop constraint c2 of kinds
-- every row is written anew
-- true, or stop: table kinds is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'kinds' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table kinds has other columns than the history knows
SELECT count(*) = 17 FROM pragma_table_xinfo('kinds');

-- remember the answer as "indexes and triggers of kinds"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'kinds' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_kinds" (
  "id" INTEGER NOT NULL,
  "a_bool" BOOLEAN,
  "a_smallint" SMALLINT,
  "a_bigint" BIGINT,
  "a_real" REAL,
  "a_double" DOUBLE,
  "a_decimal" DECIMAL_TEXT(12,3),
  "a_text" TEXT,
  "a_varchar" VARCHAR(20),
  "a_char" CHAR(4),
  "a_bytes" BLOB,
  "a_uuid" UUID_TEXT,
  "a_date" DATE_TEXT,
  "a_time" TIME_TEXT,
  "a_timestamp" TIMESTAMP_TEXT,
  "a_moment" TIMESTAMPTZ_TEXT,
  "a_json" JSON_TEXT,
  CONSTRAINT "kinds_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "c0" CHECK ("a_bool" OR NOT "a_bool" OR "a_bool" IS NULL),
  CONSTRAINT "c1" CHECK ("a_smallint" > -40000 AND "a_bigint" <> 5)
);

INSERT INTO "strat_new_kinds" ("id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json") SELECT "id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json" FROM "kinds";

-- true, or stop: the copy of table kinds has another number of rows
SELECT (SELECT count(*) FROM "strat_new_kinds") = (SELECT count(*) FROM "kinds");

DROP TABLE "kinds";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_kinds" RENAME TO "kinds";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of kinds" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: drop constraint c1 of kinds
-- every row is written anew
-- true, or stop: table kinds is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'kinds' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table kinds has other columns than the history knows
SELECT count(*) = 17 FROM pragma_table_xinfo('kinds');

-- remember the answer as "indexes and triggers of kinds"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'kinds' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_kinds" (
  "id" INTEGER NOT NULL,
  "a_bool" BOOLEAN,
  "a_smallint" SMALLINT,
  "a_bigint" BIGINT,
  "a_real" REAL,
  "a_double" DOUBLE,
  "a_decimal" DECIMAL_TEXT(12,3),
  "a_text" TEXT,
  "a_varchar" VARCHAR(20),
  "a_char" CHAR(4),
  "a_bytes" BLOB,
  "a_uuid" UUID_TEXT,
  "a_date" DATE_TEXT,
  "a_time" TIME_TEXT,
  "a_timestamp" TIMESTAMP_TEXT,
  "a_moment" TIMESTAMPTZ_TEXT,
  "a_json" JSON_TEXT,
  CONSTRAINT "kinds_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "c0" CHECK ("a_bool" OR NOT "a_bool" OR "a_bool" IS NULL)
);

INSERT INTO "strat_new_kinds" ("id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json") SELECT "id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json" FROM "kinds";

-- true, or stop: the copy of table kinds has another number of rows
SELECT (SELECT count(*) FROM "strat_new_kinds") = (SELECT count(*) FROM "kinds");

DROP TABLE "kinds";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_kinds" RENAME TO "kinds";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of kinds" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: drop constraint c0 of kinds
-- every row is written anew
-- true, or stop: table kinds is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'kinds' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table kinds has other columns than the history knows
SELECT count(*) = 17 FROM pragma_table_xinfo('kinds');

-- remember the answer as "indexes and triggers of kinds"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'kinds' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_kinds" (
  "id" INTEGER NOT NULL,
  "a_bool" BOOLEAN,
  "a_smallint" SMALLINT,
  "a_bigint" BIGINT,
  "a_real" REAL,
  "a_double" DOUBLE,
  "a_decimal" DECIMAL_TEXT(12,3),
  "a_text" TEXT,
  "a_varchar" VARCHAR(20),
  "a_char" CHAR(4),
  "a_bytes" BLOB,
  "a_uuid" UUID_TEXT,
  "a_date" DATE_TEXT,
  "a_time" TIME_TEXT,
  "a_timestamp" TIMESTAMP_TEXT,
  "a_moment" TIMESTAMPTZ_TEXT,
  "a_json" JSON_TEXT,
  CONSTRAINT "kinds_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_kinds" ("id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json") SELECT "id", "a_bool", "a_smallint", "a_bigint", "a_real", "a_double", "a_decimal", "a_text", "a_varchar", "a_char", "a_bytes", "a_uuid", "a_date", "a_time", "a_timestamp", "a_moment", "a_json" FROM "kinds";

-- true, or stop: the copy of table kinds has another number of rows
SELECT (SELECT count(*) FROM "strat_new_kinds") = (SELECT count(*) FROM "kinds");

DROP TABLE "kinds";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_kinds" RENAME TO "kinds";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of kinds" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');


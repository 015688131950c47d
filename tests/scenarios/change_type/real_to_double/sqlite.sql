-- up: change the type of kinds.a_real to Double
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
  "a_real" DOUBLE,
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

-- true, or stop: column kinds.a_real has values that don't fit its new type
SELECT NOT EXISTS (SELECT 1 FROM "strat_new_kinds" WHERE "a_real" IS NOT NULL AND NOT (typeof("a_real") = 'real'));

-- true, or stop: the copy of table kinds has another number of rows
SELECT (SELECT count(*) FROM "strat_new_kinds") = (SELECT count(*) FROM "kinds");

DROP TABLE "kinds";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_kinds" RENAME TO "kinds";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of kinds" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: change the type of kinds.a_real to Real
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

-- true, or stop: column kinds.a_real has values that don't fit its new type
SELECT NOT EXISTS (SELECT 1 FROM "strat_new_kinds" WHERE "a_real" IS NOT NULL AND NOT (typeof("a_real") = 'real'));

-- true, or stop: the copy of table kinds has another number of rows
SELECT (SELECT count(*) FROM "strat_new_kinds") = (SELECT count(*) FROM "kinds");

DROP TABLE "kinds";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_kinds" RENAME TO "kinds";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of kinds" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');


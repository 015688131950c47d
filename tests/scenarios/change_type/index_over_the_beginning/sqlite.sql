-- up: change the type of notes.short to Text
-- every row is written anew
-- true, or stop: table notes is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'notes' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table notes has other columns than the history knows
SELECT count(*) = 3 FROM pragma_table_xinfo('notes');

-- remember the answer as "indexes and triggers of notes"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'notes' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN ('by_short', 'by_long') ORDER BY type, name;

CREATE TABLE "strat_new_notes" (
  "id" BIGINT NOT NULL,
  "short" TEXT,
  "long" TEXT,
  CONSTRAINT "notes_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_notes" ("id", "short", "long") SELECT "id", CAST("short" AS TEXT), "long" FROM "notes" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "notes") = (SELECT max(rowid) FROM "notes") AND (SELECT min(rowid) FROM "notes") = 1, -1, 0);

INSERT INTO "strat_new_notes" (rowid, "id", "short", "long") SELECT rowid, "id", CAST("short" AS TEXT), "long" FROM "notes" LIMIT iif((SELECT count(*) FROM "notes") = (SELECT max(rowid) FROM "notes") AND (SELECT min(rowid) FROM "notes") = 1, 0, -1);

-- true, or stop: the copy of table notes has another number of rows
SELECT (SELECT count(*) FROM "strat_new_notes") = (SELECT count(*) FROM "notes");

DROP TABLE "notes";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_notes" RENAME TO "notes";

PRAGMA legacy_alter_table = OFF;

CREATE INDEX "by_short" ON "notes" ("short" DESC, "id");

CREATE INDEX "by_long" ON "notes" ("long");

-- run what "indexes and triggers of notes" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: change the type of notes.long to Varchar(200)
-- every row is written anew
-- true, or stop: table notes is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'notes' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table notes has other columns than the history knows
SELECT count(*) = 3 FROM pragma_table_xinfo('notes');

-- remember the answer as "indexes and triggers of notes"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'notes' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN ('by_short', 'by_long') ORDER BY type, name;

CREATE TABLE "strat_new_notes" (
  "id" BIGINT NOT NULL,
  "short" TEXT,
  "long" VARCHAR(200),
  CONSTRAINT "notes_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_notes" ("id", "short", "long") SELECT "id", "short", CAST("long" AS TEXT) FROM "notes" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "notes") = (SELECT max(rowid) FROM "notes") AND (SELECT min(rowid) FROM "notes") = 1, -1, 0);

INSERT INTO "strat_new_notes" (rowid, "id", "short", "long") SELECT rowid, "id", "short", CAST("long" AS TEXT) FROM "notes" LIMIT iif((SELECT count(*) FROM "notes") = (SELECT max(rowid) FROM "notes") AND (SELECT min(rowid) FROM "notes") = 1, 0, -1);

-- true, or stop: column notes.long has values that don't fit its new type
SELECT NOT EXISTS (SELECT 1 FROM "strat_new_notes" WHERE "long" IS NOT NULL AND NOT (length("long") <= 200));

-- true, or stop: the copy of table notes has another number of rows
SELECT (SELECT count(*) FROM "strat_new_notes") = (SELECT count(*) FROM "notes");

DROP TABLE "notes";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_notes" RENAME TO "notes";

PRAGMA legacy_alter_table = OFF;

CREATE INDEX "by_short" ON "notes" ("short" DESC, "id");

CREATE INDEX "by_long" ON "notes" ("long");

-- run what "indexes and triggers of notes" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: change the type of notes.long to Text
-- every row is written anew
-- true, or stop: table notes is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'notes' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table notes has other columns than the history knows
SELECT count(*) = 3 FROM pragma_table_xinfo('notes');

-- remember the answer as "indexes and triggers of notes"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'notes' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN ('by_short', 'by_long') ORDER BY type, name;

CREATE TABLE "strat_new_notes" (
  "id" BIGINT NOT NULL,
  "short" TEXT,
  "long" TEXT,
  CONSTRAINT "notes_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_notes" ("id", "short", "long") SELECT "id", "short", CAST("long" AS TEXT) FROM "notes" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "notes") = (SELECT max(rowid) FROM "notes") AND (SELECT min(rowid) FROM "notes") = 1, -1, 0);

INSERT INTO "strat_new_notes" (rowid, "id", "short", "long") SELECT rowid, "id", "short", CAST("long" AS TEXT) FROM "notes" LIMIT iif((SELECT count(*) FROM "notes") = (SELECT max(rowid) FROM "notes") AND (SELECT min(rowid) FROM "notes") = 1, 0, -1);

-- true, or stop: the copy of table notes has another number of rows
SELECT (SELECT count(*) FROM "strat_new_notes") = (SELECT count(*) FROM "notes");

DROP TABLE "notes";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_notes" RENAME TO "notes";

PRAGMA legacy_alter_table = OFF;

CREATE INDEX "by_short" ON "notes" ("short" DESC, "id");

CREATE INDEX "by_long" ON "notes" ("long");

-- run what "indexes and triggers of notes" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: change the type of notes.short to Varchar(80)
-- every row is written anew
-- true, or stop: table notes is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'notes' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table notes has other columns than the history knows
SELECT count(*) = 3 FROM pragma_table_xinfo('notes');

-- remember the answer as "indexes and triggers of notes"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'notes' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN ('by_short', 'by_long') ORDER BY type, name;

CREATE TABLE "strat_new_notes" (
  "id" BIGINT NOT NULL,
  "short" VARCHAR(80),
  "long" TEXT,
  CONSTRAINT "notes_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_notes" ("id", "short", "long") SELECT "id", CAST("short" AS TEXT), "long" FROM "notes" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "notes") = (SELECT max(rowid) FROM "notes") AND (SELECT min(rowid) FROM "notes") = 1, -1, 0);

INSERT INTO "strat_new_notes" (rowid, "id", "short", "long") SELECT rowid, "id", CAST("short" AS TEXT), "long" FROM "notes" LIMIT iif((SELECT count(*) FROM "notes") = (SELECT max(rowid) FROM "notes") AND (SELECT min(rowid) FROM "notes") = 1, 0, -1);

-- true, or stop: column notes.short has values that don't fit its new type
SELECT NOT EXISTS (SELECT 1 FROM "strat_new_notes" WHERE "short" IS NOT NULL AND NOT (length("short") <= 80));

-- true, or stop: the copy of table notes has another number of rows
SELECT (SELECT count(*) FROM "strat_new_notes") = (SELECT count(*) FROM "notes");

DROP TABLE "notes";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_notes" RENAME TO "notes";

PRAGMA legacy_alter_table = OFF;

CREATE INDEX "by_short" ON "notes" ("short" DESC, "id");

CREATE INDEX "by_long" ON "notes" ("long");

-- run what "indexes and triggers of notes" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');


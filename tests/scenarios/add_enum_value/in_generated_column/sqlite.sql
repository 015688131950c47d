-- up: add value ecstatic to enum mood
-- every row is written anew
-- true, or stop: table people is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'people' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table people has other columns than the history knows
SELECT count(*) = 4 FROM pragma_table_xinfo('people');

-- remember the answer as "indexes and triggers of people"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'people' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN ('happy_people') ORDER BY type, name;

CREATE TABLE "strat_new_people" (
  "id" INTEGER NOT NULL,
  "mood" TEXT CONSTRAINT "strat_enum_mood" CHECK ("mood" IN ('sad', 'ok', 'happy', 'ecstatic')) NOT NULL DEFAULT 'ok',
  "other" TEXT CONSTRAINT "strat_enum_mood" CHECK ("other" IN ('sad', 'ok', 'happy', 'ecstatic')),
  "is_sad" BOOLEAN GENERATED ALWAYS AS ("mood" = 'sad') STORED,
  CONSTRAINT "people_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "never_both_sad" CHECK (NOT ("mood" = 'sad' AND "other" = 'sad'))
);

INSERT INTO "strat_new_people" ("id", "mood", "other") SELECT "id", "mood", "other" FROM "people";

-- true, or stop: the copy of table people has another number of rows
SELECT (SELECT count(*) FROM "strat_new_people") = (SELECT count(*) FROM "people");

DROP TABLE "people";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_people" RENAME TO "people";

PRAGMA legacy_alter_table = OFF;

CREATE INDEX "happy_people" ON "people" ("id") WHERE "mood" = 'happy';

-- run what "indexes and triggers of people" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: drop value ecstatic of enum mood
-- every row is written anew
-- true, or stop: rows of people still hold "ecstatic" in mood; change them first; lock: the whole file, against other writers, until the entry is committed
SELECT NOT EXISTS (SELECT 1 FROM "people" WHERE "mood" = 'ecstatic');

-- true, or stop: rows of people still hold "ecstatic" in other; change them first
SELECT NOT EXISTS (SELECT 1 FROM "people" WHERE "other" = 'ecstatic');

-- true, or stop: table people is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'people' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table people has other columns than the history knows
SELECT count(*) = 4 FROM pragma_table_xinfo('people');

-- remember the answer as "indexes and triggers of people"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'people' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN ('happy_people') ORDER BY type, name;

CREATE TABLE "strat_new_people" (
  "id" INTEGER NOT NULL,
  "mood" TEXT CONSTRAINT "strat_enum_mood" CHECK ("mood" IN ('sad', 'ok', 'happy')) NOT NULL DEFAULT 'ok',
  "other" TEXT CONSTRAINT "strat_enum_mood" CHECK ("other" IN ('sad', 'ok', 'happy')),
  "is_sad" BOOLEAN GENERATED ALWAYS AS ("mood" = 'sad') STORED,
  CONSTRAINT "people_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "never_both_sad" CHECK (NOT ("mood" = 'sad' AND "other" = 'sad'))
);

INSERT INTO "strat_new_people" ("id", "mood", "other") SELECT "id", "mood", "other" FROM "people";

-- true, or stop: the copy of table people has another number of rows
SELECT (SELECT count(*) FROM "strat_new_people") = (SELECT count(*) FROM "people");

DROP TABLE "people";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_people" RENAME TO "people";

PRAGMA legacy_alter_table = OFF;

CREATE INDEX "happy_people" ON "people" ("id") WHERE "mood" = 'happy';

-- run what "indexes and triggers of people" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');


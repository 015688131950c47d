-- up: rename value sad of enum mood to blue
-- every row is written anew
-- true, or stop: table diaries is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'diaries' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table diaries has other columns than the history knows
SELECT count(*) = 2 FROM pragma_table_xinfo('diaries');

-- remember the answer as "indexes and triggers of diaries"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'diaries' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_diaries" (
  "id" INTEGER NOT NULL,
  "moods" ARRAY_TEXT,
  CONSTRAINT "diaries_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_diaries" ("id", "moods") SELECT "id", CASE WHEN "moods" IS NOT NULL THEN (SELECT json_group_array(CASE value WHEN 'sad' THEN 'blue' ELSE value END) FROM json_each("moods")) END FROM "diaries";

-- true, or stop: the copy of table diaries has another number of rows
SELECT (SELECT count(*) FROM "strat_new_diaries") = (SELECT count(*) FROM "diaries");

DROP TABLE "diaries";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_diaries" RENAME TO "diaries";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of diaries" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: rename value blue of enum mood to sad
-- every row is written anew
-- true, or stop: table diaries is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'diaries' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table diaries has other columns than the history knows
SELECT count(*) = 2 FROM pragma_table_xinfo('diaries');

-- remember the answer as "indexes and triggers of diaries"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'diaries' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_diaries" (
  "id" INTEGER NOT NULL,
  "moods" ARRAY_TEXT,
  CONSTRAINT "diaries_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_diaries" ("id", "moods") SELECT "id", CASE WHEN "moods" IS NOT NULL THEN (SELECT json_group_array(CASE value WHEN 'blue' THEN 'sad' ELSE value END) FROM json_each("moods")) END FROM "diaries";

-- true, or stop: the copy of table diaries has another number of rows
SELECT (SELECT count(*) FROM "strat_new_diaries") = (SELECT count(*) FROM "diaries");

DROP TABLE "diaries";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_diaries" RENAME TO "diaries";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of diaries" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');


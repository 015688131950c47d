-- up: add foreign key tree_parent_id_fkey to tree
-- every row is written anew
-- true, or stop: table tree is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'tree' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table tree has other columns than the history knows
SELECT count(*) = 2 FROM pragma_table_xinfo('tree');

-- remember the answer as "indexes and triggers of tree"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'tree' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_tree" (
  "id" INTEGER NOT NULL,
  "parent_id" INTEGER,
  CONSTRAINT "tree_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "tree_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "tree" ("id") ON DELETE CASCADE
);

INSERT INTO "strat_new_tree" ("id", "parent_id") SELECT "id", "parent_id" FROM "tree";

-- true, or stop: the copy of table tree has another number of rows
SELECT (SELECT count(*) FROM "strat_new_tree") = (SELECT count(*) FROM "tree");

DROP TABLE "tree";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_tree" RENAME TO "tree";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of tree" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: drop constraint tree_parent_id_fkey of tree
-- every row is written anew
-- true, or stop: table tree is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'tree' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table tree has other columns than the history knows
SELECT count(*) = 2 FROM pragma_table_xinfo('tree');

-- remember the answer as "indexes and triggers of tree"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'tree' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_tree" (
  "id" INTEGER NOT NULL,
  "parent_id" INTEGER,
  CONSTRAINT "tree_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_tree" ("id", "parent_id") SELECT "id", "parent_id" FROM "tree";

-- true, or stop: the copy of table tree has another number of rows
SELECT (SELECT count(*) FROM "strat_new_tree") = (SELECT count(*) FROM "tree");

DROP TABLE "tree";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_tree" RENAME TO "tree";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of tree" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');


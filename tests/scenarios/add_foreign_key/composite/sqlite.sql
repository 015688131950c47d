-- up: add foreign key tasks_org_member_fkey to tasks
-- every row is written anew
-- true, or stop: table tasks is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'tasks' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table tasks has other columns than the history knows
SELECT count(*) = 3 FROM pragma_table_xinfo('tasks');

-- remember the answer as "indexes and triggers of tasks"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'tasks' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_tasks" (
  "id" INTEGER NOT NULL,
  "org" INTEGER,
  "member" INTEGER,
  CONSTRAINT "tasks_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "tasks_org_member_fkey" FOREIGN KEY ("org", "member") REFERENCES "members" ("org", "nr") ON DELETE CASCADE
);

INSERT INTO "strat_new_tasks" ("id", "org", "member") SELECT "id", "org", "member" FROM "tasks";

-- true, or stop: the copy of table tasks has another number of rows
SELECT (SELECT count(*) FROM "strat_new_tasks") = (SELECT count(*) FROM "tasks");

DROP TABLE "tasks";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_tasks" RENAME TO "tasks";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of tasks" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: drop constraint tasks_org_member_fkey of tasks
-- every row is written anew
-- true, or stop: table tasks is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'tasks' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table tasks has other columns than the history knows
SELECT count(*) = 3 FROM pragma_table_xinfo('tasks');

-- remember the answer as "indexes and triggers of tasks"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'tasks' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_tasks" (
  "id" INTEGER NOT NULL,
  "org" INTEGER,
  "member" INTEGER,
  CONSTRAINT "tasks_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_tasks" ("id", "org", "member") SELECT "id", "org", "member" FROM "tasks";

-- true, or stop: the copy of table tasks has another number of rows
SELECT (SELECT count(*) FROM "strat_new_tasks") = (SELECT count(*) FROM "tasks");

DROP TABLE "tasks";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_tasks" RENAME TO "tasks";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of tasks" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');


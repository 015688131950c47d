-- up: replace view adults
-- remember the answer as "triggers of adults"; lock: the whole file, against other writers, until the entry is committed
SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'adults' COLLATE NOCASE ORDER BY name;

DROP VIEW "adults";

CREATE VIEW "adults" ("id", "name") AS SELECT "id", "name" FROM "users" WHERE "age" >= 21 OR "age" IS NULL;

-- run what "triggers of adults" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type = 'trigger';

-- down: replace view adults
-- remember the answer as "triggers of adults"; lock: the whole file, against other writers, until the entry is committed
SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'adults' COLLATE NOCASE ORDER BY name;

DROP VIEW "adults";

CREATE VIEW "adults" ("id", "name") AS SELECT "id", "name" FROM "users" WHERE "age" >= 18;

-- run what "triggers of adults" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type = 'trigger';


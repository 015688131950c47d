-- up: create table teams
-- lock: the whole file, against other writers, until the entry is committed
CREATE TABLE "teams" (
  "id" INTEGER NOT NULL,
  "captain_id" INTEGER,
  CONSTRAINT "teams_pkey" PRIMARY KEY ("id")
);

-- up: create table players
-- lock: the whole file, against other writers, until the entry is committed
CREATE TABLE "players" (
  "id" INTEGER NOT NULL,
  "team_id" INTEGER NOT NULL,
  CONSTRAINT "players_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "players_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "teams" ("id")
);

-- up: add foreign key teams_captain_id_fkey to teams
-- every row is written anew
-- true, or stop: table teams is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'teams' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table teams has other columns than the history knows
SELECT count(*) = 2 FROM pragma_table_xinfo('teams');

-- remember the answer as "indexes and triggers of teams"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'teams' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_teams" (
  "id" INTEGER NOT NULL,
  "captain_id" INTEGER,
  CONSTRAINT "teams_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "teams_captain_id_fkey" FOREIGN KEY ("captain_id") REFERENCES "players" ("id") ON DELETE SET NULL
);

INSERT INTO "strat_new_teams" ("id", "captain_id") SELECT "id", "captain_id" FROM "teams";

-- true, or stop: the copy of table teams has another number of rows
SELECT (SELECT count(*) FROM "strat_new_teams") = (SELECT count(*) FROM "teams");

DROP TABLE "teams";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_teams" RENAME TO "teams";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of teams" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: drop constraint teams_captain_id_fkey of teams
-- every row is written anew
-- true, or stop: table teams is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'teams' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table teams has other columns than the history knows
SELECT count(*) = 2 FROM pragma_table_xinfo('teams');

-- remember the answer as "indexes and triggers of teams"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'teams' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_teams" (
  "id" INTEGER NOT NULL,
  "captain_id" INTEGER,
  CONSTRAINT "teams_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_teams" ("id", "captain_id") SELECT "id", "captain_id" FROM "teams";

-- true, or stop: the copy of table teams has another number of rows
SELECT (SELECT count(*) FROM "strat_new_teams") = (SELECT count(*) FROM "teams");

DROP TABLE "teams";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_teams" RENAME TO "teams";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of teams" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: drop table players
-- true, or stop: other tables still refer to players; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 0 FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table' AND lower(f."table") = lower('players') AND lower(s.name) <> lower('players');

DROP TABLE "players";

-- down: drop table teams
-- true, or stop: other tables still refer to teams; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 0 FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table' AND lower(f."table") = lower('teams') AND lower(s.name) <> lower('teams');

DROP TABLE "teams";


-- up: create table teams
-- lock: none that others feel
CREATE TABLE "teams" (
  "id" integer NOT NULL,
  "captain_id" integer,
  CONSTRAINT "teams_pkey" PRIMARY KEY ("id")
);

-- up: create table players
-- lock: SHARE ROW EXCLUSIVE on the tables it refers to: blocks writes until the entry is committed
CREATE TABLE "players" (
  "id" integer NOT NULL,
  "team_id" integer NOT NULL,
  CONSTRAINT "players_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "players_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "teams" ("id")
);

-- up: add foreign key teams_captain_id_fkey to teams
-- form: NOT VALID first, then validated in a transaction of its own: others go on reading and writing while every row is read
-- lock: SHARE ROW EXCLUSIVE on both tables: blocks writes, for a moment
ALTER TABLE "teams" ADD CONSTRAINT "teams_captain_id_fkey" FOREIGN KEY ("captain_id") REFERENCES "players" ("id") ON DELETE SET NULL NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "teams" VALIDATE CONSTRAINT "teams_captain_id_fkey";

-- down: drop constraint teams_captain_id_fkey of teams
-- lock: ACCESS EXCLUSIVE on both tables: blocks reads and writes, for a moment
ALTER TABLE "teams" DROP CONSTRAINT "teams_captain_id_fkey";

-- down: drop table players
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP TABLE "players";

-- down: drop table teams
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP TABLE "teams";


-- up: create enum mood
-- lock: none that others feel
CREATE TYPE "mood" AS ENUM ('sad', 'ok', 'happy');

-- up: create table diaries
-- lock: none that others feel
CREATE TABLE "diaries" (
  "id" integer NOT NULL,
  "moods" "mood"[],
  CONSTRAINT "diaries_pkey" PRIMARY KEY ("id")
);

-- down: drop table diaries
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP TABLE "diaries";

-- down: drop enum mood
-- lock: none that others feel
DROP TYPE "mood";


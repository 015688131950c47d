-- up: create enum mood
-- lock: none that others feel
CREATE TYPE "mood" AS ENUM ('sad', 'ok', 'happy');

-- up: create table people
-- lock: none that others feel
CREATE TABLE "people" (
  "id" integer NOT NULL,
  "mood" "mood" NOT NULL DEFAULT 'ok',
  "other" "mood",
  CONSTRAINT "people_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "never_both_sad" CHECK (NOT ("mood" = 'sad' AND "other" = 'sad'))
);

CREATE INDEX "happy_people" ON "people" ("id") WHERE "mood" = 'happy';

-- down: drop table people
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP TABLE "people";

-- down: drop enum mood
-- lock: none that others feel
DROP TYPE "mood";


-- up: create table places
-- lock: none that others feel
CREATE TABLE "places" (
  "id" integer NOT NULL,
  "at" point,
  "net" inet NOT NULL,
  CONSTRAINT "places_pkey" PRIMARY KEY ("id")
);

-- down: drop table places
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP TABLE "places";


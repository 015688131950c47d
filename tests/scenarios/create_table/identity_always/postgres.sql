-- up: create table notes
-- lock: none that others feel
CREATE TABLE "notes" (
  "id" integer NOT NULL GENERATED ALWAYS AS IDENTITY,
  "text" text NOT NULL,
  CONSTRAINT "notes_pkey" PRIMARY KEY ("id")
);

-- down: drop table notes
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP TABLE "notes";


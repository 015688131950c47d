-- up: drop table counts
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP TABLE "counts";

-- down: create table counts
-- lock: none that others feel
CREATE TABLE "counts" (
  "n" integer NOT NULL
);


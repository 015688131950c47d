-- up: create table log
-- lock: none that others feel
CREATE TABLE "log" (
  "line" text
);

-- down: drop table log
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP TABLE "log";


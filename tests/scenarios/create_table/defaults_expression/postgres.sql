-- up: create table sums
-- lock: none that others feel
CREATE TABLE "sums" (
  "id" integer NOT NULL,
  "total" integer NOT NULL DEFAULT ((1 + 2) * 3),
  "label" character varying(20) NOT NULL DEFAULT (upper('new')),
  CONSTRAINT "sums_pkey" PRIMARY KEY ("id")
);

-- down: drop table sums
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP TABLE "sums";


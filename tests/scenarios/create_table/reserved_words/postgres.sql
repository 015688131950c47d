-- up: create table order
-- lock: none that others feel
CREATE TABLE "order" (
  "select" integer NOT NULL,
  "from" character varying(40) NOT NULL DEFAULT 'where',
  "group" integer,
  "key" integer,
  "index" integer,
  CONSTRAINT "primary" PRIMARY KEY ("select"),
  CONSTRAINT "unique" UNIQUE ("from", "group"),
  CONSTRAINT "check" CHECK ("group" > 0 AND "key" <> 3)
);

CREATE INDEX "table" ON "order" ("key", "index" DESC);

-- down: drop table order
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP TABLE "order";


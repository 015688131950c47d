-- up: create table order
-- lock: the whole file, against other writers, until the entry is committed
CREATE TABLE "order" (
  "select" INTEGER NOT NULL,
  "from" VARCHAR(40) NOT NULL DEFAULT 'where',
  "group" INTEGER,
  "key" INTEGER,
  "index" INTEGER,
  CONSTRAINT "primary" PRIMARY KEY ("select"),
  CONSTRAINT "unique" UNIQUE ("from", "group"),
  CONSTRAINT "check" CHECK ("group" > 0 AND "key" <> 3)
);

CREATE INDEX "table" ON "order" ("key", "index" DESC);

-- down: drop table order
-- true, or stop: other tables still refer to order; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 0 FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table' AND lower(f."table") = lower('order') AND lower(s.name) <> lower('order');

DROP TABLE "order";


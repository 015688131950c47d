-- up: create table sums
-- lock: the whole file, against other writers, until the entry is committed
CREATE TABLE "sums" (
  "id" INTEGER NOT NULL,
  "total" INTEGER NOT NULL DEFAULT ((1 + 2) * 3),
  "label" VARCHAR(20) NOT NULL DEFAULT (upper('new')),
  CONSTRAINT "sums_pkey" PRIMARY KEY ("id")
);

-- down: drop table sums
-- true, or stop: other tables still refer to sums; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 0 FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table' AND lower(f."table") = lower('sums') AND lower(s.name) <> lower('sums');

DROP TABLE "sums";


-- up: drop table counts
-- true, or stop: other tables still refer to counts; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 0 FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table' AND lower(f."table") = lower('counts') AND lower(s.name) <> lower('counts');

DROP TABLE "counts";

-- down: create table counts
-- lock: the whole file, against other writers, until the entry is committed
CREATE TABLE "counts" (
  "n" INTEGER NOT NULL
);


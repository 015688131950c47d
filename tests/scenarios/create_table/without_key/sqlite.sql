-- up: create table log
-- lock: the whole file, against other writers, until the entry is committed
CREATE TABLE "log" (
  "line" TEXT
);

-- down: drop table log
-- true, or stop: other tables still refer to log; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 0 FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table' AND lower(f."table") = lower('log') AND lower(s.name) <> lower('log');

DROP TABLE "log";


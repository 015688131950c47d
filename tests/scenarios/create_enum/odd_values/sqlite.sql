-- up: create enum Odd "Enum"

-- up: create table t
-- lock: the whole file, against other writers, until the entry is committed
CREATE TABLE "t" (
  "id" INTEGER NOT NULL,
  "e" TEXT CONSTRAINT "strat_enum_Odd ""Enum""" CHECK ("e" IN ('it''s', 'a"b', '🦀', 'back\slash', 'a,b', 'x y')) DEFAULT 'it''s',
  CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);

-- down: drop table t
-- true, or stop: other tables still refer to t; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 0 FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table' AND lower(f."table") = lower('t') AND lower(s.name) <> lower('t');

DROP TABLE "t";

-- down: drop enum Odd "Enum"


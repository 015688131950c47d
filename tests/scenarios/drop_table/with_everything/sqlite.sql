-- up: drop table people
-- true, or stop: other tables still refer to people; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 0 FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table' AND lower(f."table") = lower('people') AND lower(s.name) <> lower('people');

DROP TABLE "people";

-- down: create table people
-- lock: the whole file, against other writers, until the entry is committed
CREATE TABLE "people" (
  "id" INTEGER NOT NULL,
  "mood" TEXT CONSTRAINT "strat_enum_mood" CHECK ("mood" IN ('sad', 'ok', 'happy')) NOT NULL DEFAULT 'ok',
  "other" TEXT CONSTRAINT "strat_enum_mood" CHECK ("other" IN ('sad', 'ok', 'happy')),
  CONSTRAINT "people_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "never_both_sad" CHECK (NOT ("mood" = 'sad' AND "other" = 'sad'))
);

CREATE INDEX "happy_people" ON "people" ("id") WHERE "mood" = 'happy';


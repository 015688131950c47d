-- up: create enum mood

-- up: create table diaries
-- lock: the whole file, against other writers, until the entry is committed
CREATE TABLE "diaries" (
  "id" INTEGER NOT NULL,
  "moods" ARRAY_TEXT,
  CONSTRAINT "diaries_pkey" PRIMARY KEY ("id")
);

-- down: drop table diaries
-- true, or stop: other tables still refer to diaries; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 0 FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table' AND lower(f."table") = lower('diaries') AND lower(s.name) <> lower('diaries');

DROP TABLE "diaries";

-- down: drop enum mood


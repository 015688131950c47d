-- up: create table notes
-- lock: the whole file, against other writers, until the entry is committed
CREATE TABLE "notes" (
  "id" INTEGER NOT NULL CONSTRAINT "notes_pkey" PRIMARY KEY AUTOINCREMENT,
  "text" TEXT NOT NULL
);

-- down: drop table notes
-- true, or stop: other tables still refer to notes; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 0 FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table' AND lower(f."table") = lower('notes') AND lower(s.name) <> lower('notes');

DROP TABLE "notes";


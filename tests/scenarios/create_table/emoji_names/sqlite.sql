-- up: create table 🦀
-- lock: the whole file, against other writers, until the entry is committed
CREATE TABLE "🦀" (
  "the 🦀" INTEGER NOT NULL,
  "n" INTEGER,
  CONSTRAINT "🦀_pkey" PRIMARY KEY ("the 🦀"),
  CONSTRAINT "🦀_the 🦀_check" CHECK ("the 🦀" > 0)
);

CREATE INDEX "ix_🦀_n_the 🦀" ON "🦀" ("n", "the 🦀");

-- down: drop table 🦀
-- true, or stop: other tables still refer to 🦀; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 0 FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table' AND lower(f."table") = lower('🦀') AND lower(s.name) <> lower('🦀');

DROP TABLE "🦀";


-- up: create table 🦀
-- lock: none that others feel
CREATE TABLE "🦀" (
  "the 🦀" integer NOT NULL,
  "n" integer,
  CONSTRAINT "🦀_pkey" PRIMARY KEY ("the 🦀"),
  CONSTRAINT "🦀_the 🦀_check" CHECK ("the 🦀" > 0)
);

CREATE INDEX "ix_🦀_n_the 🦀" ON "🦀" ("n", "the 🦀");

-- down: drop table 🦀
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP TABLE "🦀";


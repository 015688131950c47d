-- up: create table notes
-- lock: none that others feel
CREATE TABLE "notes" (
  "id" integer NOT NULL,
  "text" text,
  CONSTRAINT "notes_pkey" PRIMARY KEY ("id")
);

COMMENT ON TABLE "notes" IS 'what people
note';

COMMENT ON COLUMN "notes"."id" IS 'given by hand';

COMMENT ON COLUMN "notes"."text" IS E'it''s "free" text; 100% \\ 🦀';

-- down: drop table notes
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP TABLE "notes";


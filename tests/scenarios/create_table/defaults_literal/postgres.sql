-- up: create enum mood
-- lock: none that others feel
CREATE TYPE "mood" AS ENUM ('sad', 'it''s ok');

-- up: create table fallbacks
-- lock: none that others feel
CREATE TABLE "fallbacks" (
  "id" integer NOT NULL,
  "a_bool" boolean NOT NULL DEFAULT true,
  "a_smallint" smallint NOT NULL DEFAULT -7,
  "an_integer" integer NOT NULL DEFAULT 0,
  "a_bigint" bigint NOT NULL DEFAULT 9007199254740993,
  "a_real" real NOT NULL DEFAULT 0.5,
  "a_double" double precision NOT NULL DEFAULT -2.25,
  "a_decimal" numeric(12,3) NOT NULL DEFAULT 12.34,
  "a_text" text NOT NULL DEFAULT E'it''s "so" \\ 🦀',
  "a_varchar" character varying(20) NOT NULL DEFAULT '',
  "a_char" character(4) NOT NULL DEFAULT 'abcd',
  "a_bytes" bytea NOT NULL DEFAULT '\x00ff',
  "a_uuid" uuid NOT NULL DEFAULT '123e4567-e89b-12d3-a456-426614174000',
  "a_date" date NOT NULL DEFAULT '2024-02-29',
  "a_time" time without time zone NOT NULL DEFAULT '23:59:59.5',
  "a_timestamp" timestamp without time zone NOT NULL DEFAULT '2024-12-31T23:59:59',
  "a_moment" timestamp with time zone NOT NULL DEFAULT '2024-12-31T23:59:59Z',
  "a_json" jsonb NOT NULL DEFAULT '{"a": [1, "it''s"]}',
  "a_mood" "mood" NOT NULL DEFAULT 'it''s ok',
  CONSTRAINT "fallbacks_pkey" PRIMARY KEY ("id")
);

-- down: drop table fallbacks
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP TABLE "fallbacks";

-- down: drop enum mood
-- lock: none that others feel
DROP TYPE "mood";


-- up: create table kinds
-- lock: none that others feel
CREATE TABLE "kinds" (
  "id" integer NOT NULL,
  "a_bool" boolean,
  "a_smallint" smallint,
  "a_bigint" bigint,
  "a_real" real,
  "a_double" double precision,
  "a_decimal" numeric(12,3),
  "a_text" text,
  "a_varchar" character varying(20),
  "a_char" character(4),
  "a_bytes" bytea,
  "a_uuid" uuid,
  "a_date" date,
  "a_time" time without time zone,
  "a_timestamp" timestamp without time zone,
  "a_moment" timestamp with time zone,
  "a_json" jsonb,
  CONSTRAINT "kinds_pkey" PRIMARY KEY ("id")
);

-- down: drop table kinds
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP TABLE "kinds";


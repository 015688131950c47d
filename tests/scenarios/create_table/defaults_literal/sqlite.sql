-- up: create enum mood

-- up: create table fallbacks
-- lock: the whole file, against other writers, until the entry is committed
CREATE TABLE "fallbacks" (
  "id" INTEGER NOT NULL,
  "a_bool" BOOLEAN NOT NULL DEFAULT TRUE,
  "a_smallint" SMALLINT NOT NULL DEFAULT -7,
  "an_integer" INTEGER NOT NULL DEFAULT 0,
  "a_bigint" BIGINT NOT NULL DEFAULT 9007199254740993,
  "a_real" REAL NOT NULL DEFAULT 0.5,
  "a_double" DOUBLE NOT NULL DEFAULT -2.25,
  "a_decimal" DECIMAL_TEXT(12,3) NOT NULL DEFAULT '12.34',
  "a_text" TEXT NOT NULL DEFAULT 'it''s "so" \ 🦀',
  "a_varchar" VARCHAR(20) NOT NULL DEFAULT '',
  "a_char" CHAR(4) NOT NULL DEFAULT 'abcd',
  "a_bytes" BLOB NOT NULL DEFAULT X'00ff',
  "a_uuid" UUID_TEXT NOT NULL DEFAULT '123e4567-e89b-12d3-a456-426614174000',
  "a_date" DATE_TEXT NOT NULL DEFAULT '2024-02-29',
  "a_time" TIME_TEXT NOT NULL DEFAULT '23:59:59.500000',
  "a_timestamp" TIMESTAMP_TEXT NOT NULL DEFAULT '2024-12-31 23:59:59',
  "a_moment" TIMESTAMPTZ_TEXT NOT NULL DEFAULT '2024-12-31 23:59:59',
  "a_json" JSON_TEXT NOT NULL DEFAULT '{"a": [1, "it''s"]}',
  "a_mood" TEXT CONSTRAINT "strat_enum_mood" CHECK ("a_mood" IN ('sad', 'it''s ok')) NOT NULL DEFAULT 'it''s ok',
  CONSTRAINT "fallbacks_pkey" PRIMARY KEY ("id")
);

-- down: drop table fallbacks
-- true, or stop: other tables still refer to fallbacks; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 0 FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table' AND lower(f."table") = lower('fallbacks') AND lower(s.name) <> lower('fallbacks');

DROP TABLE "fallbacks";

-- down: drop enum mood


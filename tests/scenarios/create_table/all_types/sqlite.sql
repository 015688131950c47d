-- up: create table kinds
-- lock: the whole file, against other writers, until the entry is committed
CREATE TABLE "kinds" (
  "id" INTEGER NOT NULL,
  "a_bool" BOOLEAN,
  "a_smallint" SMALLINT,
  "a_bigint" BIGINT,
  "a_real" REAL,
  "a_double" DOUBLE,
  "a_decimal" DECIMAL_TEXT(12,3),
  "a_text" TEXT,
  "a_varchar" VARCHAR(20),
  "a_char" CHAR(4),
  "a_bytes" BLOB,
  "a_uuid" UUID_TEXT,
  "a_date" DATE_TEXT,
  "a_time" TIME_TEXT,
  "a_timestamp" TIMESTAMP_TEXT,
  "a_moment" TIMESTAMPTZ_TEXT,
  "a_json" JSON_TEXT,
  CONSTRAINT "kinds_pkey" PRIMARY KEY ("id")
);

-- down: drop table kinds
-- true, or stop: other tables still refer to kinds; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 0 FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table' AND lower(f."table") = lower('kinds') AND lower(s.name) <> lower('kinds');

DROP TABLE "kinds";


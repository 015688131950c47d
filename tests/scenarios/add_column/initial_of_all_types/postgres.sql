-- up: add column users.code Char(3)
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "code" character(3) NOT NULL DEFAULT 'a';

-- up: add column users.raw Bytes
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "raw" bytea NOT NULL DEFAULT '\x00ff';

ALTER TABLE "users" ALTER COLUMN "raw" DROP DEFAULT;

-- up: add column users.day Date
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "day" date NOT NULL DEFAULT '2024-02-29';

ALTER TABLE "users" ALTER COLUMN "day" DROP DEFAULT;

-- up: add column users.at TimestampTz
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "at" timestamp with time zone NOT NULL DEFAULT '2024-02-29T12:00:00+02:00';

ALTER TABLE "users" ALTER COLUMN "at" DROP DEFAULT;

-- up: add column users.ratio Double
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "ratio" double precision NOT NULL DEFAULT 0.1;

ALTER TABLE "users" ALTER COLUMN "ratio" DROP DEFAULT;

-- up: add column users.price Decimal(20, 4)
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "price" numeric(20,4) NOT NULL DEFAULT 12345678901234.5678;

ALTER TABLE "users" ALTER COLUMN "price" DROP DEFAULT;

-- up: add column users.body Text
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "body" text NOT NULL DEFAULT 'it''s';

ALTER TABLE "users" ALTER COLUMN "body" DROP DEFAULT;

-- up: add column users.ok Bool
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "ok" boolean NOT NULL DEFAULT true;

ALTER TABLE "users" ALTER COLUMN "ok" DROP DEFAULT;

-- up: add column users.u Uuid
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "u" uuid NOT NULL DEFAULT '123e4567-e89b-12d3-a456-426614174000';

ALTER TABLE "users" ALTER COLUMN "u" DROP DEFAULT;

-- down: drop column users.u
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "u";

-- down: drop column users.ok
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "ok";

-- down: drop column users.body
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "body";

-- down: drop column users.price
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "price";

-- down: drop column users.ratio
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "ratio";

-- down: drop column users.at
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "at";

-- down: drop column users.day
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "day";

-- down: drop column users.raw
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "raw";

-- down: drop column users.code
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "code";


-- up: add column users.seen_at TimestampTz
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "seen_at" timestamp with time zone NOT NULL DEFAULT now();

-- down: drop column users.seen_at
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "seen_at";


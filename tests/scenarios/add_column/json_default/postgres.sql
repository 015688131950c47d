-- up: add column users.settings Json
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "settings" jsonb NOT NULL DEFAULT '{}';

-- down: drop column users.settings
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "settings";


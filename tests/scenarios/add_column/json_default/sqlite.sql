-- up: add column users.settings Json
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" ADD COLUMN "settings" JSON_TEXT NOT NULL DEFAULT '{}';

-- down: drop column users.settings
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" DROP COLUMN "settings";


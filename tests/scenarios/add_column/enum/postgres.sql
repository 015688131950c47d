-- up: add column users.mood Enum("mood")
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "mood" "mood" NOT NULL DEFAULT 'ok';

-- down: drop column users.mood
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "mood";


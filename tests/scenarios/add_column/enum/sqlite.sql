-- up: add column users.mood Enum("mood")
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" ADD COLUMN "mood" TEXT CONSTRAINT "strat_enum_mood" CHECK ("mood" IN ('sad', 'ok', 'happy')) NOT NULL DEFAULT 'ok';

-- down: drop column users.mood
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" DROP COLUMN "mood";


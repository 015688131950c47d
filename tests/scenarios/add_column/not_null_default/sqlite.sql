-- up: add column users.level SmallInt
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" ADD COLUMN "level" SMALLINT NOT NULL DEFAULT 3;

-- down: drop column users.level
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" DROP COLUMN "level";


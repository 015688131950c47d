-- up: add column users.nick Text
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" ADD COLUMN "nick" TEXT;

-- down: drop column users.nick
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" DROP COLUMN "nick";


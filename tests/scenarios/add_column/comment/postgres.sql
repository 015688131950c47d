-- up: add column users.nick Text
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "nick" text;

-- lock: SHARE UPDATE EXCLUSIVE: others go on reading and writing
COMMENT ON COLUMN "users"."nick" IS 'what friends say';

-- down: drop column users.nick
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "nick";


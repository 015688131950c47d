-- up: add column users.token Uuid
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "users" ADD COLUMN "token" uuid NOT NULL DEFAULT gen_random_uuid();

-- down: drop column users.token
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "token";


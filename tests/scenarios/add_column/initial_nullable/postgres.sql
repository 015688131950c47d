-- up: add column users.origin Varchar(10)
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "origin" character varying(10) DEFAULT 'old';

ALTER TABLE "users" ALTER COLUMN "origin" DROP DEFAULT;

-- down: drop column users.origin
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "origin";


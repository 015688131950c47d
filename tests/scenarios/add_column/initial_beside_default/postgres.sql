-- up: add column users.origin Varchar(10)
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "origin" character varying(10) NOT NULL DEFAULT 'old';

ALTER TABLE "users" ALTER COLUMN "origin" SET DEFAULT 'new';

-- down: drop column users.origin
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "origin";


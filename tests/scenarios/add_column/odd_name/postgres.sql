-- up: add column users.it's "odd" crab ß Integer
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "it's ""odd"" crab ß" integer NOT NULL DEFAULT 1;

-- down: drop column users.it's "odd" crab ß
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "it's ""odd"" crab ß";


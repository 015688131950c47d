-- up: rename column users.name to spare
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" RENAME COLUMN "name" TO "spare";

-- up: rename column users.email to name
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" RENAME COLUMN "email" TO "name";

-- up: rename column users.spare to email
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" RENAME COLUMN "spare" TO "email";

-- down: rename column users.email to spare
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" RENAME COLUMN "email" TO "spare";

-- down: rename column users.name to email
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" RENAME COLUMN "name" TO "email";

-- down: rename column users.spare to name
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" RENAME COLUMN "spare" TO "name";


-- up: rename constraint one_email of users to the "unique" one
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" RENAME CONSTRAINT "one_email" TO "the ""unique"" one";

-- down: rename constraint the "unique" one of users to one_email
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" RENAME CONSTRAINT "the ""unique"" one" TO "one_email";


-- up: rename constraint real_age of users to the "check" one
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" RENAME CONSTRAINT "real_age" TO "the ""check"" one";

-- down: rename constraint the "check" one of users to real_age
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" RENAME CONSTRAINT "the ""check"" one" TO "real_age";


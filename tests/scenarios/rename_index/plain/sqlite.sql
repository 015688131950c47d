-- up: rename index by_email to the "email" index
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "by_email";

CREATE INDEX "the ""email"" index" ON "users" ("email");

-- down: rename index the "email" index to by_email
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "the ""email"" index";

CREATE INDEX "by_email" ON "users" ("email");


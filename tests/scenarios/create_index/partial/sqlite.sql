-- up: create index adults on users
-- lock: the whole file, against other writers, until the entry is committed
CREATE INDEX "adults" ON "users" ("name") WHERE "age" >= 18 AND "email" IS NOT NULL;

-- down: drop index adults
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "adults";


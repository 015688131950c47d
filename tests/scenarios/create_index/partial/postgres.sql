-- up: create index adults on users
-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "adults" ON "users" ("name") WHERE "age" >= 18 AND "email" IS NOT NULL;

-- down: drop index adults
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "adults";


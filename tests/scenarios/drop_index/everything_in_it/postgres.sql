-- up: drop index rich
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "rich";

-- down: create unique index rich on users
-- lock: SHARE on the table: blocks writes while the index is built
CREATE UNIQUE INDEX "rich" ON "users" ((lower("name")), "age" DESC) INCLUDE ("email") WHERE "age" > 1;


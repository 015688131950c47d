-- up: drop index rich
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "rich";

-- down: create unique index rich on users
-- notice: sqlite has no further columns in indexes: rich goes without
-- lock: the whole file, against other writers, until the entry is committed
CREATE UNIQUE INDEX "rich" ON "users" ((lower("name")), "age" DESC) WHERE "age" > 1;


-- up: rename index rich to richer
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "rich";

CREATE UNIQUE INDEX "richer" ON "users" ((lower("name")), "age" DESC) WHERE "age" > 1;

-- down: rename index richer to rich
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "richer";

CREATE UNIQUE INDEX "rich" ON "users" ((lower("name")), "age" DESC) WHERE "age" > 1;


-- up: create unique index covering on users
-- notice: sqlite has no further columns in indexes: covering goes without
-- lock: the whole file, against other writers, until the entry is committed
CREATE UNIQUE INDEX "covering" ON "users" ("email");

-- down: drop index covering
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "covering";


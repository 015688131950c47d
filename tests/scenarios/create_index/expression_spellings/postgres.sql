-- up: create index i0 on users
-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "i0" ON "users" ((lower("name")) DESC);

-- up: create index i1 on users
-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "i1" ON "users" (("age" * 2 + 1));

-- up: create index i2 on users
-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "i2" ON "users" ((coalesce("email", "name")));

-- up: create index i3 on users
-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "i3" ON "users" ((CASE WHEN "age" > 3 THEN 1 ELSE 0 END));

-- up: create index i4 on users
-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "i4" ON "users" ((("age")));

-- up: create index i5 on users
-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "i5" ON "users" ((length("name") - "age") DESC);

-- up: create index i6 on users
-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "i6" ON "users" ((abs("age")));

-- up: create index i7 on users
-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "i7" ON "users" ((substr("name", 1, 2)));

-- down: drop index i7
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "i7";

-- down: drop index i6
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "i6";

-- down: drop index i5
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "i5";

-- down: drop index i4
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "i4";

-- down: drop index i3
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "i3";

-- down: drop index i2
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "i2";

-- down: drop index i1
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "i1";

-- down: drop index i0
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "i0";


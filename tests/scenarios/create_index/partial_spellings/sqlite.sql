-- up: create index i0 on users
-- lock: the whole file, against other writers, until the entry is committed
CREATE INDEX "i0" ON "users" ("id") WHERE "email" IS NULL;

-- up: create index i1 on users
-- lock: the whole file, against other writers, until the entry is committed
CREATE INDEX "i1" ON "users" ("id") WHERE "age" IN (1, 2, 3);

-- up: create index i2 on users
-- lock: the whole file, against other writers, until the entry is committed
CREATE INDEX "i2" ON "users" ("id") WHERE "age" NOT IN (1, 2);

-- up: create index i3 on users
-- lock: the whole file, against other writers, until the entry is committed
CREATE INDEX "i3" ON "users" ("id") WHERE "name" = 'it''s' OR ("age" > 3 AND "age" <= 10);

-- up: create index i4 on users
-- lock: the whole file, against other writers, until the entry is committed
CREATE INDEX "i4" ON "users" ("id") WHERE NOT ("age" > 3);

-- up: create index i5 on users
-- lock: the whole file, against other writers, until the entry is committed
CREATE INDEX "i5" ON "users" ("id") WHERE "name" LIKE 'a%';

-- up: create index i6 on users
-- lock: the whole file, against other writers, until the entry is committed
CREATE INDEX "i6" ON "users" ("id") WHERE "age" BETWEEN 1 AND 5;

-- up: create index i7 on users
-- lock: the whole file, against other writers, until the entry is committed
CREATE INDEX "i7" ON "users" ("id") WHERE "age" <> 3 AND "name" <> '';

-- up: create index i8 on users
-- lock: the whole file, against other writers, until the entry is committed
CREATE INDEX "i8" ON "users" ("id") WHERE coalesce("age", 0) > 1;

-- up: create index i9 on users
-- lock: the whole file, against other writers, until the entry is committed
CREATE INDEX "i9" ON "users" ("id") WHERE "email" IS NOT NULL AND length("name") > 2;

-- down: drop index i9
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "i9";

-- down: drop index i8
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "i8";

-- down: drop index i7
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "i7";

-- down: drop index i6
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "i6";

-- down: drop index i5
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "i5";

-- down: drop index i4
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "i4";

-- down: drop index i3
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "i3";

-- down: drop index i2
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "i2";

-- down: drop index i1
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "i1";

-- down: drop index i0
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "i0";


-- up: drop view adults
-- lock: the whole file, against other writers, until the entry is committed
DROP VIEW "adults";

-- down: create view adults
-- notice: sqlite keeps no remarks: that on adults is left out
-- lock: the whole file, against other writers, until the entry is committed
CREATE VIEW "adults" ("id", "name") AS SELECT "id", "name" FROM "users" WHERE "age" >= 18;


-- up: create table tree
-- lock: the whole file, against other writers, until the entry is committed
CREATE TABLE "tree" (
  "id" INTEGER NOT NULL,
  "parent_id" INTEGER,
  CONSTRAINT "tree_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "tree_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "tree" ("id") ON DELETE SET NULL
);

-- down: drop table tree
-- every row is written anew
-- true, or stop: other tables still refer to tree; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 0 FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table' AND lower(f."table") = lower('tree') AND lower(s.name) <> lower('tree');

DROP TABLE "tree";


-- up: create table tree
-- lock: none that others feel
CREATE TABLE "tree" (
  "id" integer NOT NULL,
  "parent_id" integer,
  CONSTRAINT "tree_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "tree_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "tree" ("id") ON DELETE SET NULL
);

-- down: drop table tree
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP TABLE "tree";


-- up: create table documents
-- lock: none that others feel
CREATE TABLE "documents" (
  "id" integer NOT NULL,
  "embedding" vector(3),
  CONSTRAINT "documents_pkey" PRIMARY KEY ("id")
);

-- down: drop table documents
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP TABLE "documents";


-- up: create table documents
-- lock: the whole file, against other writers, until the entry is committed
CREATE TABLE "documents" (
  "id" INTEGER NOT NULL,
  "embedding" VECTOR_BLOB(3),
  CONSTRAINT "documents_pkey" PRIMARY KEY ("id")
);

-- down: drop table documents
-- true, or stop: other tables still refer to documents; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 0 FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table' AND lower(f."table") = lower('documents') AND lower(s.name) <> lower('documents');

DROP TABLE "documents";


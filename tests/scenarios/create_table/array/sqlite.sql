-- up: create table posts
-- notice: sqlite has no gin indexes: ix_posts_tags is a plain one
-- lock: the whole file, against other writers, until the entry is committed
CREATE TABLE "posts" (
  "id" INTEGER NOT NULL,
  "tags" ARRAY_TEXT,
  "scores" ARRAY_TEXT,
  "seen" ARRAY_TEXT,
  CONSTRAINT "posts_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "ix_posts_tags" ON "posts" ("tags");

-- down: drop table posts
-- true, or stop: other tables still refer to posts; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 0 FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table' AND lower(f."table") = lower('posts') AND lower(s.name) <> lower('posts');

DROP TABLE "posts";


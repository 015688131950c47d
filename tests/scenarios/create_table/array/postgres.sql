-- up: create table posts
-- lock: none that others feel
CREATE TABLE "posts" (
  "id" integer NOT NULL,
  "tags" text[],
  "scores" integer[],
  "seen" timestamp with time zone[],
  CONSTRAINT "posts_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "ix_posts_tags" ON "posts" USING "gin" ("tags");

-- down: drop table posts
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP TABLE "posts";


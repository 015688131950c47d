-- up: create table books
-- lock: none that others feel
CREATE TABLE "books" (
  "id" integer NOT NULL,
  "title" character varying(200) NOT NULL,
  "author" character varying(100),
  "year" integer,
  CONSTRAINT "books_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "ix_books_title" ON "books" ("title");

CREATE INDEX "ix_books_author_year" ON "books" ("author", "year" DESC);

CREATE INDEX "by_upper_title" ON "books" ((upper("title")));

CREATE INDEX "recent" ON "books" ("year") WHERE "year" > 2000;

CREATE UNIQUE INDEX "one_title_per_author" ON "books" ("author", "title");

-- down: drop table books
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP TABLE "books";


-- up: create table books
-- lock: the whole file, against other writers, until the entry is committed
CREATE TABLE "books" (
  "id" INTEGER NOT NULL,
  "title" VARCHAR(200) NOT NULL,
  "author" VARCHAR(100),
  "year" INTEGER,
  CONSTRAINT "books_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "ix_books_title" ON "books" ("title");

CREATE INDEX "ix_books_author_year" ON "books" ("author", "year" DESC);

CREATE INDEX "by_upper_title" ON "books" ((upper("title")));

CREATE INDEX "recent" ON "books" ("year") WHERE "year" > 2000;

CREATE UNIQUE INDEX "one_title_per_author" ON "books" ("author", "title");

-- down: drop table books
-- true, or stop: other tables still refer to books; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 0 FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table' AND lower(f."table") = lower('books') AND lower(s.name) <> lower('books');

DROP TABLE "books";


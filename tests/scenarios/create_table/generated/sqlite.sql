-- up: create table boxes
-- lock: the whole file, against other writers, until the entry is committed
CREATE TABLE "boxes" (
  "id" INTEGER NOT NULL,
  "width" INTEGER NOT NULL,
  "height" INTEGER NOT NULL,
  "area" INTEGER GENERATED ALWAYS AS ("width" * "height") STORED,
  "half" INTEGER GENERATED ALWAYS AS ("width" + "height") VIRTUAL,
  CONSTRAINT "boxes_pkey" PRIMARY KEY ("id")
);

-- down: drop table boxes
-- true, or stop: other tables still refer to boxes; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 0 FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table' AND lower(f."table") = lower('boxes') AND lower(s.name) <> lower('boxes');

DROP TABLE "boxes";


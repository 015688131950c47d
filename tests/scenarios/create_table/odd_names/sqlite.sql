-- up: create table my "odd" tábla
-- notice: sqlite keeps no remarks: those on my "odd" tábla are left out
-- lock: the whole file, against other writers, until the entry is committed
CREATE TABLE "my ""odd"" tábla" (
  "the id" INTEGER NOT NULL,
  "it's" VARCHAR(40) NOT NULL DEFAULT 'x',
  "crab ß" INTEGER,
  "MixedCase" INTEGER,
  "back`tick" INTEGER,
  "semi;colon--" INTEGER,
  "a.b" INTEGER,
  CONSTRAINT "my ""odd"" tábla_pkey" PRIMARY KEY ("the id"),
  CONSTRAINT "crabs ""only""" CHECK ("crab ß" > 0 AND "it's" <> 'it''s'),
  CONSTRAINT "my ""odd"" tábla_MixedCase_a.b_key" UNIQUE ("MixedCase", "a.b")
);

CREATE INDEX "ix_my ""odd"" tábla_crab ß_back`tick" ON "my ""odd"" tábla" ("crab ß", "back`tick" DESC);

-- up: create view crab view
-- lock: the whole file, against other writers, until the entry is committed
CREATE VIEW "crab view" ("crab ß", "ID") AS SELECT t."crab ß", t."the id" FROM "my ""odd"" tábla" AS t WHERE t."it's" = 'x';

-- down: drop view crab view
-- lock: the whole file, against other writers, until the entry is committed
DROP VIEW "crab view";

-- down: drop table my "odd" tábla
-- true, or stop: other tables still refer to my "odd" tábla; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 0 FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table' AND lower(f."table") = lower('my "odd" tábla') AND lower(s.name) <> lower('my "odd" tábla');

DROP TABLE "my ""odd"" tábla";


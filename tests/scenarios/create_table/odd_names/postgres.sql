-- up: create table my "odd" tábla
-- lock: none that others feel
CREATE TABLE "my ""odd"" tábla" (
  "the id" integer NOT NULL,
  "it's" character varying(40) NOT NULL DEFAULT 'x',
  "crab ß" integer,
  "MixedCase" integer,
  "back`tick" integer,
  "semi;colon--" integer,
  "a.b" integer,
  CONSTRAINT "my ""odd"" tábla_pkey" PRIMARY KEY ("the id"),
  CONSTRAINT "crabs ""only""" CHECK ("crab ß" > 0 AND "it's" <> 'it''s'),
  CONSTRAINT "my ""odd"" tábla_MixedCase_a.b_key" UNIQUE ("MixedCase", "a.b")
);

CREATE INDEX "ix_my ""odd"" tábla_crab ß_back`tick" ON "my ""odd"" tábla" ("crab ß", "back`tick" DESC);

COMMENT ON TABLE "my ""odd"" tábla" IS E'it''s "odd" 🦀 \\';

-- up: create view crab view
-- lock: none that others feel
CREATE VIEW "crab view" ("crab ß", "ID") AS SELECT t."crab ß", t."the id" FROM "my ""odd"" tábla" AS t WHERE t."it's" = 'x';

-- down: drop view crab view
-- lock: ACCESS EXCLUSIVE on the view: blocks its readers, for a moment
DROP VIEW "crab view";

-- down: drop table my "odd" tábla
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP TABLE "my ""odd"" tábla";


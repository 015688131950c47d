-- up: create enum Odd "Enum"
-- lock: none that others feel
CREATE TYPE "Odd ""Enum""" AS ENUM ('it''s', 'a"b', '🦀', E'back\\slash', 'a,b', 'x y');

-- up: create table t
-- lock: none that others feel
CREATE TABLE "t" (
  "id" integer NOT NULL,
  "e" "Odd ""Enum""" DEFAULT 'it''s',
  CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);

-- down: drop table t
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP TABLE "t";

-- down: drop enum Odd "Enum"
-- lock: none that others feel
DROP TYPE "Odd ""Enum""";


-- up: change the type of kinds.a_real to Double
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "kinds" ALTER COLUMN "a_real" TYPE double precision USING "a_real"::double precision;

-- down: change the type of kinds.a_real to Real
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "kinds" ALTER COLUMN "a_real" TYPE real USING "a_real"::real;


-- up: add value ecstatic to enum mood
-- alone; lock: none that others feel
ALTER TYPE "mood" ADD VALUE 'ecstatic';
-- probe: SELECT EXISTS (SELECT 1 FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = current_schema() AND t.typname = 'mood' AND e.enumlabel = 'ecstatic')

-- down: drop value ecstatic of enum mood
-- every row is written anew
-- remember the answer as "grants on glad"; lock: none that others feel
SELECT g.statement AS name, g.statement FROM (SELECT 'GRANT ' || a.privilege_type || ' ON ' || quote_ident(c.relname) || ' TO ' || COALESCE(quote_ident(r.rolname), 'PUBLIC') || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS statement FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE n.nspname = current_schema() AND c.relname = 'glad' AND a.grantee <> c.relowner) g ORDER BY 1;

-- lock: ACCESS EXCLUSIVE on the view: blocks its readers, for a moment
DROP VIEW "glad";

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "happy_people";

ALTER TABLE "people" DROP CONSTRAINT "never_both_sad";

-- lock: none that others feel
ALTER TYPE "mood" RENAME TO strat_old_enum;

CREATE TYPE "mood" AS ENUM ('sad', 'ok', 'happy');

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "people" ALTER COLUMN "mood" DROP DEFAULT;

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "people" ALTER COLUMN "mood" TYPE "mood" USING "mood"::text::"mood";

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "people" ALTER COLUMN "mood" SET DEFAULT 'ok';

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "people" ALTER COLUMN "other" TYPE "mood" USING "other"::text::"mood";

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is read
ALTER TABLE "people" ADD CONSTRAINT "never_both_sad" CHECK (NOT ("mood" = 'sad' AND "other" = 'sad'));

-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "happy_people" ON "people" ("id") WHERE "mood" = 'happy';

-- lock: none that others feel
CREATE VIEW "glad" ("id", "mood") AS SELECT "id", "mood" FROM "people" WHERE "mood" = 'happy';

-- run what "grants on glad" remembers and this doesn't list
SELECT ''::text AS name WHERE false;

DROP TYPE strat_old_enum;


-- up: replace view adults
-- remember the answer as "grants on adults"; lock: none that others feel
SELECT g.statement AS name, g.statement FROM (SELECT 'GRANT ' || a.privilege_type || ' ON ' || quote_ident(c.relname) || ' TO ' || COALESCE(quote_ident(r.rolname), 'PUBLIC') || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS statement FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE n.nspname = current_schema() AND c.relname = 'adults' AND a.grantee <> c.relowner) g ORDER BY 1;

-- lock: ACCESS EXCLUSIVE on the view: blocks its readers, for a moment
DROP VIEW "adults";

-- lock: none that others feel
CREATE VIEW "adults" ("id", "name", "age") AS SELECT "id", "name", "age" FROM "users" WHERE "age" >= 18;

-- run what "grants on adults" remembers and this doesn't list
SELECT ''::text AS name WHERE false;

-- down: replace view adults
-- remember the answer as "grants on adults"; lock: none that others feel
SELECT g.statement AS name, g.statement FROM (SELECT 'GRANT ' || a.privilege_type || ' ON ' || quote_ident(c.relname) || ' TO ' || COALESCE(quote_ident(r.rolname), 'PUBLIC') || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS statement FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE n.nspname = current_schema() AND c.relname = 'adults' AND a.grantee <> c.relowner) g ORDER BY 1;

-- lock: ACCESS EXCLUSIVE on the view: blocks its readers, for a moment
DROP VIEW "adults";

-- lock: none that others feel
CREATE VIEW "adults" ("id", "name") AS SELECT "id", "name" FROM "users" WHERE "age" >= 18;

-- run what "grants on adults" remembers and this doesn't list
SELECT ''::text AS name WHERE false;


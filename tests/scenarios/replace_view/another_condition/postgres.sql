-- up: replace view adults
-- lock: ACCESS EXCLUSIVE on the view: blocks its readers, for a moment
CREATE OR REPLACE VIEW "adults" ("id", "name") AS SELECT "id", "name" FROM "users" WHERE "age" >= 21 OR "age" IS NULL;

-- down: replace view adults
-- lock: ACCESS EXCLUSIVE on the view: blocks its readers, for a moment
CREATE OR REPLACE VIEW "adults" ("id", "name") AS SELECT "id", "name" FROM "users" WHERE "age" >= 18;


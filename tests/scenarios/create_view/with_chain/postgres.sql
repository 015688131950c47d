-- up: create view v
-- lock: none that others feel
CREATE VIEW "v" ("id", "depth") AS WITH RECURSIVE up (id, depth) AS (SELECT t."id", 0 FROM "tree" AS t WHERE t."parent_id" IS NULL UNION ALL SELECT c."id", up.depth + 1 FROM "tree" AS c JOIN up ON c."parent_id" = up.id) SELECT id, depth FROM up;

-- down: drop view v
-- lock: ACCESS EXCLUSIVE on the view: blocks its readers, for a moment
DROP VIEW "v";


-- up: create view v
-- alone; lock: none that others feel
CREATE VIEW `v` (`id`, `depth`) AS WITH RECURSIVE up (id, depth) AS (SELECT t.`id`, 0 FROM `tree` AS t WHERE t.`parent_id` IS NULL UNION ALL SELECT c.`id`, up.depth + 1 FROM `tree` AS c JOIN up ON c.`parent_id` = up.id) SELECT id, depth FROM up;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'v')

-- down: drop view v
-- alone; lock: none that others feel
DROP VIEW `v`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'v')


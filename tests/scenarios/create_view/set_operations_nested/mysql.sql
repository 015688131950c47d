-- up: create view v2
-- alone; lock: none that others feel
CREATE VIEW `v2` (`x`) AS SELECT `id` FROM `users` EXCEPT SELECT `user_id` FROM `orders` EXCEPT SELECT `id` FROM `orders` ORDER BY 1 LIMIT 5;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'v2')

-- up: create view v3
-- alone; lock: none that others feel
CREATE VIEW `v3` (`n`) AS SELECT count(*) FROM (SELECT `id` FROM `users` UNION ALL SELECT `id` FROM `orders` UNION SELECT `user_id` FROM `orders`) AS t;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'v3')

-- up: create view v4
-- alone; lock: none that others feel
CREATE VIEW `v4` (`x`) AS WITH a AS (SELECT `id` FROM `users`), b AS (SELECT `id` FROM `orders`) SELECT a.id FROM a UNION ALL SELECT b.id FROM b UNION ALL SELECT a.id FROM a;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'v4')

-- down: drop view v4
-- alone; lock: none that others feel
DROP VIEW `v4`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'v4')

-- down: drop view v3
-- alone; lock: none that others feel
DROP VIEW `v3`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'v3')

-- down: drop view v2
-- alone; lock: none that others feel
DROP VIEW `v2`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'v2')


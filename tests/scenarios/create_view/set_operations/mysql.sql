-- up: create view v
-- alone; lock: none that others feel
CREATE VIEW `v` (`x`) AS SELECT `id` FROM `users` UNION SELECT `user_id` FROM `orders` WHERE `user_id` IS NOT NULL UNION ALL SELECT `id` FROM `orders` ORDER BY 1;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'v')

-- down: drop view v
-- alone; lock: none that others feel
DROP VIEW `v`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'v')


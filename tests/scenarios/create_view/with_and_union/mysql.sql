-- up: create view all_names
-- alone; lock: none that others feel
CREATE VIEW `all_names` (`name`, `kind`) AS WITH grown AS (SELECT `id`, `name` FROM `users` WHERE `age` >= 18) SELECT g.name, 'grown' AS kind FROM grown AS g UNION ALL SELECT u.`name`, 'other' AS kind FROM `users` AS u WHERE u.`age` IS NULL OR u.`age` < 18;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'all_names')

-- down: drop view all_names
-- alone; lock: none that others feel
DROP VIEW `all_names`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'all_names')


-- up: create view v
-- alone; lock: none that others feel
CREATE VIEW `v` (`a`, `b`, `c`, `d`, `e`, `f`) AS SELECT upper(trim(`name`)), coalesce(`age`, -1) + 1, CAST(`age` AS DECIMAL(10, 2)), nullif(`name`, ''), round(abs(`age`) / 2.0, 1), substr(`name`, 1, 3) FROM `users` WHERE lower(`name`) LIKE 'a%' OR `name` NOT LIKE '%!_%' ESCAPE '!' OR length(replace(`name`, 'a', '')) >= 2;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'v')

-- down: drop view v
-- alone; lock: none that others feel
DROP VIEW `v`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'v')


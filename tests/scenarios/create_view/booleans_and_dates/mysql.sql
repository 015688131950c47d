-- up: create view v
-- alone; lock: none that others feel
CREATE VIEW `v` (`id`, `late`) AS SELECT `id`, `a_date` < '2020-01-01' FROM `kinds` WHERE `a_bool` AND NOT (`a_double` > 1.5e10 OR `a_timestamp` >= '2000-01-01 00:00:00') OR `a_bool` IS NULL OR `a_bool` = FALSE;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'v')

-- down: drop view v
-- alone; lock: none that others feel
DROP VIEW `v`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'v')


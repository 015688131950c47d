-- up: create view v
-- alone; lock: none that others feel
CREATE VIEW `v` (`order`, `it's`, `crab ß`) AS SELECT `id`, `name`, `age` FROM `users`;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'v')

-- down: drop view v
-- alone; lock: none that others feel
DROP VIEW `v`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'v')


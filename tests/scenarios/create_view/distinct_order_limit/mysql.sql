-- up: create view v1
-- alone; lock: none that others feel
CREATE VIEW `v1` (`name`) AS SELECT DISTINCT `name` FROM `users` ORDER BY `name` DESC LIMIT 10 OFFSET 1;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'v1')

-- up: create view v2
-- alone; lock: none that others feel
CREATE VIEW `v2` (`n`) AS SELECT count(DISTINCT u.`name`) FROM `users` u;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'v2')

-- down: drop view v2
-- alone; lock: none that others feel
DROP VIEW `v2`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'v2')

-- down: drop view v1
-- alone; lock: none that others feel
DROP VIEW `v1`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'v1')


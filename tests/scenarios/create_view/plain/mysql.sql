-- up: create view adults
-- alone; lock: none that others feel
CREATE VIEW `adults` (`id`, `name`) AS SELECT `id`, `name` FROM `users` WHERE `age` >= 18;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'adults')

-- down: drop view adults
-- alone; lock: none that others feel
DROP VIEW `adults`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'adults')


-- up: drop view adults
-- alone; lock: none that others feel
DROP VIEW `adults`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'adults')

-- down: create view adults
-- notice: mysql keeps no remarks on views: that on adults is left out
-- alone; lock: none that others feel
CREATE VIEW `adults` (`id`, `name`) AS SELECT `id`, `name` FROM `users` WHERE `age` >= 18;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'adults')


-- up: drop view adult_names
-- alone; lock: none that others feel
DROP VIEW `adult_names`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'adult_names')

-- up: drop view adults
-- alone; lock: none that others feel
DROP VIEW `adults`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'adults')

-- down: create view adults
-- alone; lock: none that others feel
CREATE VIEW `adults` (`id`, `name`) AS SELECT `id`, `name` FROM `users` WHERE `age` >= 18;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'adults')

-- down: create view adult_names
-- alone; lock: none that others feel
CREATE VIEW `adult_names` (`name`) AS SELECT `name` FROM `adults`;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'adult_names')


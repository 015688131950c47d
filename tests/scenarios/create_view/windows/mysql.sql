-- up: create view ranked
-- alone; lock: none that others feel
CREATE VIEW `ranked` (`id`, `place`, `before_it`) AS SELECT `id`, row_number() OVER (PARTITION BY `email` ORDER BY `age` DESC, `id`), sum(`age`) OVER (ORDER BY `id`) FROM `users`;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'ranked')

-- down: drop view ranked
-- alone; lock: none that others feel
DROP VIEW `ranked`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'ranked')


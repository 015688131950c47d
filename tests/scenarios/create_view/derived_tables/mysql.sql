-- up: create view v
-- alone; lock: none that others feel
CREATE VIEW `v` (`name`, `n`) AS SELECT u.`name`, t.n FROM `users` AS u INNER JOIN (SELECT `user_id`, count(*) AS n FROM `orders` WHERE `total` >= 0.5 GROUP BY `user_id` HAVING count(*) > 1) AS t ON (t.user_id = u.`id`);
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'v')

-- up: create view w
-- alone; lock: none that others feel
CREATE VIEW `w` (`a`, `b`) AS SELECT a.`id`, b.`id` FROM `users` AS a CROSS JOIN `users` AS b WHERE a.`id` < b.`id` AND NOT EXISTS (SELECT 1 FROM `orders` o WHERE o.`user_id` = b.`id`);
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'w')

-- down: drop view w
-- alone; lock: none that others feel
DROP VIEW `w`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'w')

-- down: drop view v
-- alone; lock: none that others feel
DROP VIEW `v`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'v')


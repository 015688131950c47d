-- up: create view labels
-- alone; lock: none that others feel
CREATE VIEW `labels` (`id`, `label`) AS SELECT u.`id`, CASE WHEN u.`age` IS NULL THEN 'unknown' WHEN u.`age` < 18 THEN 'child' ELSE 'adult' END AS label FROM `users` AS u WHERE EXISTS (SELECT 1 FROM `orders` AS o WHERE o.`user_id` = u.`id`) OR u.`id` IN (SELECT `user_id` FROM `orders`) OR u.`age` BETWEEN 1 AND 10 ORDER BY u.`id`;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'labels')

-- down: drop view labels
-- alone; lock: none that others feel
DROP VIEW `labels`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'labels')


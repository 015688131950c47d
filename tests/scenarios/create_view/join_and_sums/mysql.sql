-- up: create view totals
-- alone; lock: none that others feel
CREATE VIEW `totals` (`id`, `name`, `orders`, `total`) AS SELECT u.`id`, u.`name`, count(o.`id`), sum(o.`total`) FROM `users` AS u LEFT JOIN `orders` AS o ON o.`user_id` = u.`id` AND o.`total` > 0 WHERE u.`name` IS NOT NULL GROUP BY u.`id`, u.`name` HAVING count(o.`id`) >= 0;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'totals')

-- down: drop view totals
-- alone; lock: none that others feel
DROP VIEW `totals`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'totals')


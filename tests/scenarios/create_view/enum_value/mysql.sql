-- up: create view sad_people
-- alone; lock: none that others feel
CREATE VIEW `sad_people` (`id`) AS SELECT `id` FROM `people` WHERE `mood` = 'sad';
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'sad_people')

-- down: drop view sad_people
-- alone; lock: none that others feel
DROP VIEW `sad_people`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'sad_people')


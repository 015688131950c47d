-- up: replace view adults
-- alone; lock: none that others feel
CREATE OR REPLACE VIEW `adults` (`id`, `name`) AS SELECT `age`, `name` FROM `users`;
-- probe: SELECT 0

-- down: replace view adults
-- alone; lock: none that others feel
CREATE OR REPLACE VIEW `adults` (`id`, `name`) AS SELECT `id`, `name` FROM `users` WHERE `age` >= 18;
-- probe: SELECT 0


-- up: comment on users
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` COMMENT='it''s "odd"; 100% \\ 🦀
second line';
-- probe: SELECT 0

-- down: comment on users
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` COMMENT='';
-- probe: SELECT 0


-- up: create table places
-- refused: mysql can't spell a native type: it has no spelling for mysql; add one

-- down: drop table places
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
DROP TABLE `places`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'places')


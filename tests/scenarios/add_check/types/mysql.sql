-- up: add check c0 to kinds
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `kinds` ADD CONSTRAINT `c0` CHECK (`a_bool` OR NOT `a_bool` OR `a_bool` IS NULL);
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds' AND CONSTRAINT_NAME = 'c0')

-- up: add check c1 to kinds
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `kinds` ADD CONSTRAINT `c1` CHECK (`a_smallint` > -40000 AND `a_bigint` <> 5);
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds' AND CONSTRAINT_NAME = 'c1')

-- up: add check c2 to kinds
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `kinds` ADD CONSTRAINT `c2` CHECK (`a_double` < 1e301);
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds' AND CONSTRAINT_NAME = 'c2')

-- up: add check c4 to kinds
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `kinds` ADD CONSTRAINT `c4` CHECK (`a_text` <> 'x' OR `a_varchar` = 'y');
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds' AND CONSTRAINT_NAME = 'c4')

-- up: add check c5 to kinds
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `kinds` ADD CONSTRAINT `c5` CHECK (`a_date` > '1900-01-01');
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds' AND CONSTRAINT_NAME = 'c5')

-- up: add check c6 to kinds
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `kinds` ADD CONSTRAINT `c6` CHECK (`a_timestamp` < '2100-01-01 00:00:00');
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds' AND CONSTRAINT_NAME = 'c6')

-- up: add check c8 to kinds
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `kinds` ADD CONSTRAINT `c8` CHECK (`a_uuid` <> '99999999-e89b-12d3-a456-426614174000');
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds' AND CONSTRAINT_NAME = 'c8')

-- up: add check c9 to kinds
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `kinds` ADD CONSTRAINT `c9` CHECK (length(`a_char`) <= 4);
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds' AND CONSTRAINT_NAME = 'c9')

-- up: add check c10 to kinds
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `kinds` ADD CONSTRAINT `c10` CHECK (`a_time` <= '23:59:59.999999');
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds' AND CONSTRAINT_NAME = 'c10')

-- up: add check c11 to kinds
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `kinds` ADD CONSTRAINT `c11` CHECK (`a_real` < 5.5 OR `a_real` IS NULL);
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds' AND CONSTRAINT_NAME = 'c11')

-- down: drop constraint c11 of kinds
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `kinds` DROP CONSTRAINT `c11`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds' AND CONSTRAINT_NAME = 'c11')

-- down: drop constraint c10 of kinds
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `kinds` DROP CONSTRAINT `c10`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds' AND CONSTRAINT_NAME = 'c10')

-- down: drop constraint c9 of kinds
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `kinds` DROP CONSTRAINT `c9`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds' AND CONSTRAINT_NAME = 'c9')

-- down: drop constraint c8 of kinds
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `kinds` DROP CONSTRAINT `c8`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds' AND CONSTRAINT_NAME = 'c8')

-- down: drop constraint c6 of kinds
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `kinds` DROP CONSTRAINT `c6`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds' AND CONSTRAINT_NAME = 'c6')

-- down: drop constraint c5 of kinds
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `kinds` DROP CONSTRAINT `c5`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds' AND CONSTRAINT_NAME = 'c5')

-- down: drop constraint c4 of kinds
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `kinds` DROP CONSTRAINT `c4`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds' AND CONSTRAINT_NAME = 'c4')

-- down: drop constraint c2 of kinds
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `kinds` DROP CONSTRAINT `c2`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds' AND CONSTRAINT_NAME = 'c2')

-- down: drop constraint c1 of kinds
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `kinds` DROP CONSTRAINT `c1`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds' AND CONSTRAINT_NAME = 'c1')

-- down: drop constraint c0 of kinds
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `kinds` DROP CONSTRAINT `c0`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds' AND CONSTRAINT_NAME = 'c0')


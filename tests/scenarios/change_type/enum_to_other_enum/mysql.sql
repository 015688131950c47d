-- up: change the type of people.mood to Enum("feeling")
-- every row is written anew
-- true, or stop: column people.mood has values that the enum hasn't; lock: none that others feel
SELECT NOT EXISTS (SELECT 1 FROM `people` WHERE NOT ((`mood`) IN ('happy', 'ok', 'sad', 'numb')));

-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('happy','ok','sad','numb') COLLATE utf8mb4_bin NOT NULL DEFAULT 'ok';
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'people' AND COLUMN_NAME = 'mood' AND COLUMN_TYPE = 'enum(''happy'',''ok'',''sad'',''numb'')')

-- down: change the type of people.mood to Enum("mood")
-- every row is written anew
-- true, or stop: column people.mood has values that the enum hasn't; lock: none that others feel
SELECT NOT EXISTS (SELECT 1 FROM `people` WHERE NOT ((`mood`) IN ('sad', 'ok', 'happy')));

-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `people` MODIFY COLUMN `mood` ENUM('sad','ok','happy') COLLATE utf8mb4_bin NOT NULL DEFAULT 'ok';
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'people' AND COLUMN_NAME = 'mood' AND COLUMN_TYPE = 'enum(''sad'',''ok'',''happy'')')


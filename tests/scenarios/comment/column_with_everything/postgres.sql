-- up: comment on orders.total
-- lock: SHARE UPDATE EXCLUSIVE: others go on reading and writing
COMMENT ON COLUMN "orders"."total" IS 'in euros';

-- up: comment on orders.id
-- lock: SHARE UPDATE EXCLUSIVE: others go on reading and writing
COMMENT ON COLUMN "orders"."id" IS 'a number';

-- down: comment on orders.id
-- lock: SHARE UPDATE EXCLUSIVE: others go on reading and writing
COMMENT ON COLUMN "orders"."id" IS NULL;

-- down: comment on orders.total
-- lock: SHARE UPDATE EXCLUSIVE: others go on reading and writing
COMMENT ON COLUMN "orders"."total" IS NULL;


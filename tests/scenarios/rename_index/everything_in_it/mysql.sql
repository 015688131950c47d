-- up: rename index rich to richer
-- refused: mysql can't keep the rows of richer apart: a unique index over an expression or some of the rows isn't to be had: add a generated column that is NULL where it doesn't count, and make that unique

-- down: rename index richer to rich
-- refused: mysql can't keep the rows of rich apart: a unique index over an expression or some of the rows isn't to be had: add a generated column that is NULL where it doesn't count, and make that unique


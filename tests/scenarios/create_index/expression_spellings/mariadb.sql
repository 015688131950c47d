-- up: create index i0 on users
-- notice: i0 is left out: mysql has no index for JSON, arrays and vectors, nor everywhere one for expressions

-- up: create index i1 on users
-- notice: i1 is left out: mysql has no index for JSON, arrays and vectors, nor everywhere one for expressions

-- up: create index i2 on users
-- notice: i2 is left out: mysql has no index for JSON, arrays and vectors, nor everywhere one for expressions

-- up: create index i3 on users
-- notice: i3 is left out: mysql has no index for JSON, arrays and vectors, nor everywhere one for expressions

-- up: create index i4 on users
-- notice: i4 is left out: mysql has no index for JSON, arrays and vectors, nor everywhere one for expressions

-- up: create index i5 on users
-- notice: i5 is left out: mysql has no index for JSON, arrays and vectors, nor everywhere one for expressions

-- up: create index i6 on users
-- notice: i6 is left out: mysql has no index for JSON, arrays and vectors, nor everywhere one for expressions

-- up: create index i7 on users
-- notice: i7 is left out: mysql has no index for JSON, arrays and vectors, nor everywhere one for expressions

-- down: drop index i7

-- down: drop index i6

-- down: drop index i5

-- down: drop index i4

-- down: drop index i3

-- down: drop index i2

-- down: drop index i1

-- down: drop index i0


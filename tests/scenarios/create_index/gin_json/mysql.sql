-- up: create index in_settings on users
-- notice: in_settings is left out: mysql has no index for JSON, arrays and vectors, nor everywhere one for expressions

-- down: drop index in_settings


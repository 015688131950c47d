SELECT count(*) = 1 FROM fallbacks WHERE a_bool AND a_smallint = -7 AND an_integer = 0 AND a_bigint = 9007199254740993 AND a_real = 0.5 AND a_double = -2.25;
SELECT count(*) = 1 FROM fallbacks WHERE a_decimal = '12.34';
SELECT count(*) = 1 FROM fallbacks WHERE a_varchar = '' AND a_char = 'abcd' AND a_mood = 'it''s ok' AND a_text LIKE 'it''s "so" %';
SELECT count(*) = 1 FROM fallbacks WHERE a_bytes = X'00ff';
SELECT count(*) = 1 FROM fallbacks WHERE a_uuid = '123e4567-e89b-12d3-a456-426614174000' AND a_date = '2024-02-29' AND a_time = '23:59:59.500000';
SELECT count(*) = 1 FROM fallbacks WHERE a_timestamp = '2024-12-31 23:59:59' AND a_moment = '2024-12-31 23:59:59';

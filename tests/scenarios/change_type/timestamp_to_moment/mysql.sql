-- up: change the type of t.d to TimestampTz

-- down: change the type of t.d to Timestamp


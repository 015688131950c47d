-- up: create table places
-- refused: sqlite can't spell a native type: it has no spelling for sqlite; add one beside the others

-- down: drop table places
-- true, or stop: other tables still refer to places; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 0 FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table' AND lower(f."table") = lower('places') AND lower(s.name) <> lower('places');

DROP TABLE "places";


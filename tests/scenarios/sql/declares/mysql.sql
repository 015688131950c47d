-- up: run hand-written SQL
-- refused: mysql can't run this Sql step: it has no statements for mysql; add them

-- down: run hand-written SQL of the way back
-- refused: mysql can't run this Sql step: it has no statements for mysql; add them


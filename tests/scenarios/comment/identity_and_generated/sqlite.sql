-- up: comment on t.id
-- notice: sqlite keeps no remarks: that on the column is left out

-- up: comment on t.g
-- notice: sqlite keeps no remarks: that on the column is left out

-- up: comment on t.at
-- notice: sqlite keeps no remarks: that on the column is left out

-- down: comment on t.at

-- down: comment on t.g

-- down: comment on t.id


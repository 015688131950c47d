-- up: comment on users.name
-- notice: sqlite keeps no remarks: that on the column is left out

-- up: comment on users.age
-- notice: sqlite keeps no remarks: that on the column is left out

-- down: comment on users.age

-- down: comment on users.name


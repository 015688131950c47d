-- up: comment on orders.total
-- notice: sqlite keeps no remarks: that on the column is left out

-- up: comment on orders.id
-- notice: sqlite keeps no remarks: that on the column is left out

-- down: comment on orders.id

-- down: comment on orders.total


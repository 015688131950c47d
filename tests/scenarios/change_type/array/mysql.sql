-- up: change the type of t.tags to Array(Text)

-- down: change the type of t.tags to Array(Varchar(20))


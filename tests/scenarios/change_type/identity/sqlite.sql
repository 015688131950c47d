-- up: change the type of notes.id to BigInt

-- down: change the type of notes.id to Integer


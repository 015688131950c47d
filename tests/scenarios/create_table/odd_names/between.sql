INSERT INTO "my ""odd"" tábla" ("the id", "crab ß") VALUES (1, 2);

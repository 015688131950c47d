INSERT INTO "my ""odd"" tábla" ("the id", "🦀") VALUES (1, 2);

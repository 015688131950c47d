INSERT INTO "🦀" ("the 🦀", n) VALUES (1, 2);

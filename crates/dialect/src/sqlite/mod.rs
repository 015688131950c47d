//! SQLite: one file, dynamic types, and an `ALTER TABLE` that leaves most changes to a rebuild.

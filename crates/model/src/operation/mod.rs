//! The operations: one file each, with what it means (`lower`), does (`evolve`), touches (`effects`) and how it goes back (`inverse`).

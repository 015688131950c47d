//! The law of merging on live databases: whatever way a target comes to a merge, it ends in the same schema and the same rows.

mod cases;
mod fork;
mod forks;
mod law;
mod random;
mod recipe;
mod switching;

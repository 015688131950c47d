//! Running data steps beside a live system: waiting for a database, pausing and resuming from elsewhere, limits,
//! previews, stopping.

mod aside;
mod control;
mod pace;
mod preview;
mod shared;
mod waiting;

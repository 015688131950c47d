//! Work for a thread of its own, so that who waits for the database isn't kept waiting by a guest.

use tokio::task::{JoinHandle, spawn_blocking};

/// Waits for what a thread comes to. That it panicked is no result of a guest's, since those come back as errors: it is this process
/// that fails.
pub(crate) async fn joined<T>(work: JoinHandle<T>) -> T {
    work.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
}

/// Hands work to a thread and waits for it.
pub(super) async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    joined(spawn_blocking(work)).await
}

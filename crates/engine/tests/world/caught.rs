//! Futures that end before their end.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    task::{Context, Poll},
};

/// What comes of it; nothing where it panics, of which the message was printed then.
pub async fn caught<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = Box::pin(future);
    let poll = move |cx: &mut Context<'_>| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(polled) => polled.map(Some),
        Err(_) => Poll::Ready(None),
    };
    std::future::poll_fn(poll).await
}

/// What comes of it; nothing where it waits more often than that, and then it is dropped, as if its process had been killed.
pub async fn killed_after<T>(waits: usize, future: impl Future<Output = T>) -> Option<T> {
    let (mut left, mut future) = (waits, Box::pin(future));
    let poll = move |cx: &mut Context<'_>| match future.as_mut().poll(cx) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending if left == 0 => Poll::Ready(None),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    };
    std::future::poll_fn(poll).await
}

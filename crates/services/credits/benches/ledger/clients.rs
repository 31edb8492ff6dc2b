//! Clients that work at the same time.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// How many of `n` pieces of work are done a second by `clients`, each of which takes the next one when it is done
/// with one.
pub(crate) async fn per_s<F, W>(n: usize, clients: usize, work: F) -> f64
where
    F: Fn(usize) -> W + Clone + Send + 'static,
    W: Future<Output = ()> + Send,
{
    let next = Arc::new(AtomicUsize::new(0));
    let started = Instant::now();
    let all: Vec<_> = (0..clients)
        .map(|_| {
            let (next, work) = (Arc::clone(&next), work.clone());
            tokio::spawn(async move {
                loop {
                    let this = next.fetch_add(1, Ordering::Relaxed);
                    if this >= n {
                        return;
                    }
                    work(this).await;
                }
            })
        })
        .collect();
    for one in all {
        one.await.unwrap();
    }
    let pieces = f64::from(u32::try_from(n).unwrap());
    pieces / started.elapsed().as_secs_f64()
}

/// The middle one.
pub(crate) fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap()
}

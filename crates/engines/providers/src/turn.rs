//! One poll reads one request, but may be given tickets of several.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Takes the requests in turn over the polls of a client, so that one that never ends (a provider
/// that answers "not ready" for an unknown id) does not keep the others from being read.
#[derive(Debug, Default)]
pub(crate) struct Turn(AtomicUsize);

impl Turn {
    /// The one of `items` whose turn it is; `None` if there are none.
    pub(crate) fn pick<T: Copy>(&self, items: &[T]) -> Option<T> {
        let turn = self.0.fetch_add(1, Ordering::Relaxed);
        items.get(turn.checked_rem(items.len())?).copied()
    }
}

/// The different requests among the tickets, in the order of their first ticket.
pub(crate) fn distinct<'t>(requests: impl Iterator<Item = &'t str>) -> Vec<&'t str> {
    let mut seen = Vec::new();
    for request in requests {
        if !seen.contains(&request) {
            seen.push(request);
        }
    }
    seen
}

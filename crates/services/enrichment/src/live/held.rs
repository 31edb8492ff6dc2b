use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts the questions of this process whose money is held, at all desks together.
#[derive(Clone, Default)]
pub(crate) struct Held(Arc<AtomicUsize>);

/// One question whose money is held; counts as long as it lives.
pub(crate) struct Holding(Held);

impl Held {
    pub(crate) fn one_more(&self) -> Holding {
        self.0.fetch_add(1, Ordering::Relaxed);
        Holding(self.clone())
    }

    /// Whether money is held that may come free.
    pub(crate) fn is_any(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }
}

impl Drop for Holding {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_lives() {
        let held = Held::default();
        let (one, other) = (held.one_more(), held.clone().one_more());
        drop(one);
        assert!(held.is_any());
        drop(other);
        assert!(!held.is_any());
    }
}

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts things of one kind as long as they live: rows under way, questions whose money is held.
#[derive(Clone, Default)]
pub(crate) struct Count(Arc<AtomicUsize>);

/// One thing that is counted as long as this lives.
pub(crate) struct Counted(Count);

impl Count {
    pub(crate) fn one_more(&self) -> Counted {
        self.0.fetch_add(1, Ordering::Relaxed);
        Counted(self.clone())
    }

    pub(crate) fn now(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_lives() {
        let count = Count::default();
        let (one, other) = (count.one_more(), count.clone().one_more());
        drop(one);
        assert_eq!(count.now(), 1);
        drop(other);
        assert_eq!(count.now(), 0);
    }
}

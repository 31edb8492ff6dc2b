//! Work shared by threads, with its results in the order of the work: what comes out does not depend on
//! how many threads there are.

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Does `work` on parts of `0..length` of at most `part` each and returns what it made, in order.
pub(crate) fn in_parts<T, W>(workers: usize, length: usize, part: usize, work: W) -> Vec<T>
where
    T: Send,
    W: Fn(Range<usize>) -> T + Sync,
{
    let part = part.max(1);
    let parts = length.div_ceil(part);
    let range = |number: usize| {
        let start = number.saturating_mul(part);
        start..start.saturating_add(part).min(length)
    };
    let workers = workers.min(parts);
    if workers <= 1 {
        return (0..parts).map(|number| work(range(number))).collect();
    }
    let (next, made) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(parts)));
    let worker = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= parts {
                return;
            }
            let result = work(range(number));
            // A poisoned lock means that another worker panicked; the scope passes that on.
            if let Ok(mut made) = made.lock() {
                made.push((number, result));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(worker);
        }
    });
    let mut made = made.into_inner().unwrap_or_default();
    made.sort_unstable_by_key(|(number, _)| *number);
    made.into_iter().map(|(_, result)| result).collect()
}

/// Does `work` on every thing and returns what it made, in order.
pub(crate) fn each<I, T, W>(workers: usize, things: &[I], work: W) -> Vec<T>
where
    I: Sync,
    T: Send,
    W: Fn(&I) -> T + Sync,
{
    let made = in_parts(workers, things.len(), 1, |range| things.get(range)?.first().map(&work));
    made.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_whatever_the_number_of_threads() {
        for workers in [1, 2, 7] {
            let made = in_parts(workers, 1_000, 7, Iterator::sum::<usize>);
            assert_eq!((made.len(), made.iter().sum::<usize>()), (143, 499_500));
            assert_eq!(made.first(), Some(&21));
            assert_eq!(each(workers, &[3, 4, 5], |n| n * 2), [6, 8, 10]);
        }
        assert!(in_parts(2, 0, 7, |range| range.len()).is_empty());
    }
}

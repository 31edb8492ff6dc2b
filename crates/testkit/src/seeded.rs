use std::sync::Arc;

use captely_platform::chance::Chance;
use captely_platform::clock::{Clock, TestClock};
use captely_platform::ids::Ids;

/// Ids of a clock that stands at [`TestClock::START`] and of a fixed seed.
pub fn ids() -> Ids {
    ids_at(Arc::new(TestClock::default()), 1)
}

/// Ids of this clock and this seed.
pub fn ids_at(clock: Arc<dyn Clock>, seed: u64) -> Ids {
    Ids::new(clock, Arc::new(Chance::from_seed(seed)))
}

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedSemaphorePermit;

/// How many connections each address has.
#[derive(Debug, Default)]
pub(super) struct Addresses(Mutex<HashMap<IpAddr, usize>>);

/// A connection's place among those of its address, given back on drop.
#[derive(Debug)]
pub(super) struct Place {
    addresses: Arc<Addresses>,
    address: IpAddr,
}

/// What a connection takes of the server's limits, given back with the last clone. A socket that
/// outlives its HTTP connection keeps one.
#[derive(Debug, Clone)]
pub(in crate::http) struct Held(
    #[expect(dead_code, reason = "kept for its Drop")] Arc<(OwnedSemaphorePermit, Place)>,
);

impl Held {
    pub(super) fn new(slot: OwnedSemaphorePermit, place: Place) -> Self {
        Self(Arc::new((slot, place)))
    }
}

impl Addresses {
    pub(super) fn place(all: &Arc<Self>, address: IpAddr, most: usize) -> Option<Place> {
        let mut counts = all.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.get(&address).copied().unwrap_or_default();
        if count >= most {
            return None;
        }
        counts.insert(address, count.saturating_add(1));
        Some(Place { addresses: Arc::clone(all), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.addresses.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

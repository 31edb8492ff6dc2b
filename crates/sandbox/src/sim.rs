//! Everything a running sandbox holds.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use crate::accounts::Accounts;
use crate::addresses::Addresses;
use crate::clock::Clock;
use crate::ledger::Ledger;
use crate::meter::Meter;
use crate::outbox::Outbox;
use crate::payments;
use crate::provider::{Each, Provider};
use crate::providers::{apollo, dropcontact, hunter, icypeas, resend, zerobounce};
use crate::settings::{Conduct, Settings};
use crate::world::World;

/// The state behind the HTTP listener.
#[derive(Debug)]
pub(crate) struct Sim {
    pub(crate) world: Arc<World>,
    pub(crate) clock: Clock,
    pub(crate) ledger: Ledger,
    pub(crate) keys: Each<Vec<String>>,
    pub(crate) icypeas_secret: String,
    pub(crate) twilio_secret: String,
    /// Set once everything listens.
    pub(crate) addresses: OnceLock<Addresses>,
    /// BLAKE3 of the lists that were handed out: whoever stands in one is somebody of this world.
    pub(crate) lists: Mutex<HashSet<[u8; 32]>>,
    conduct: RwLock<Arc<Conduct>>,
    meters: Each<Mutex<Meter>>,
    accounts: Each<Mutex<Accounts>>,
    calls: Each<AtomicU64>,
    icypeas: Mutex<icypeas::Jobs>,
    dropcontact: Mutex<dropcontact::Batches>,
    hunter: Mutex<hunter::Pending>,
    apollo: Mutex<apollo::Results>,
    zerobounce: Mutex<zerobounce::Memory>,
    resend: Mutex<resend::Memory>,
    stripe: Mutex<payments::Shop>,
    pub(crate) outbox: Arc<Outbox>,
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sim {
    pub(crate) fn new(world: Arc<World>, settings: &Settings) -> Self {
        Self {
            world,
            clock: Clock::new(settings.started_at),
            ledger: Ledger::default(),
            keys: settings.keys.clone(),
            icypeas_secret: settings.icypeas_secret.clone(),
            twilio_secret: settings.twilio_secret.clone(),
            addresses: OnceLock::new(),
            lists: Mutex::default(),
            conduct: RwLock::new(Arc::new(settings.conduct.clone())),
            meters: Each::default(),
            accounts: Each::default(),
            calls: Each::default(),
            icypeas: Mutex::default(),
            dropcontact: Mutex::default(),
            hunter: Mutex::default(),
            apollo: Mutex::default(),
            zerobounce: Mutex::default(),
            resend: Mutex::default(),
            stripe: Mutex::new(payments::opened(settings.seed, settings)),
            outbox: Arc::default(),
        }
    }

    pub(crate) fn conduct(&self) -> Arc<Conduct> {
        Arc::clone(&self.conduct.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes how the providers behave. Accounts whose credits were set are filled up.
    pub(crate) fn set_conduct(&self, conduct: Conduct, refilled: &[Provider]) {
        for provider in refilled {
            self.accounts(*provider).refill();
        }
        *self.conduct.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(conduct);
    }

    pub(crate) fn meter(&self, provider: Provider) -> MutexGuard<'_, Meter> {
        lock(self.meters.of(provider))
    }

    pub(crate) fn accounts(&self, provider: Provider) -> MutexGuard<'_, Accounts> {
        lock(self.accounts.of(provider))
    }

    pub(crate) fn icypeas(&self) -> MutexGuard<'_, icypeas::Jobs> {
        lock(&self.icypeas)
    }

    pub(crate) fn dropcontact(&self) -> MutexGuard<'_, dropcontact::Batches> {
        lock(&self.dropcontact)
    }

    pub(crate) fn hunter(&self) -> MutexGuard<'_, hunter::Pending> {
        lock(&self.hunter)
    }

    pub(crate) fn apollo(&self) -> MutexGuard<'_, apollo::Results> {
        lock(&self.apollo)
    }

    pub(crate) fn zerobounce(&self) -> MutexGuard<'_, zerobounce::Memory> {
        lock(&self.zerobounce)
    }

    pub(crate) fn resend(&self) -> MutexGuard<'_, resend::Memory> {
        lock(&self.resend)
    }

    pub(crate) fn stripe(&self) -> MutexGuard<'_, payments::Shop> {
        lock(&self.stripe)
    }

    /// The number of the next call at a provider, from 0.
    pub(crate) fn next_call(&self, provider: Provider) -> u64 {
        self.calls.of(provider).fetch_add(1, Ordering::Relaxed)
    }

    /// Forgets calls, jobs, limits, charges, mail and payments; world, guests and settings stay.
    pub(crate) fn reset(&self) {
        self.ledger.clear();
        for provider in Provider::ALL {
            *self.meter(provider) = Meter::default();
            self.accounts(provider).refill();
            self.calls.of(provider).store(0, Ordering::Relaxed);
        }
        *self.icypeas() = icypeas::Jobs::default();
        *self.dropcontact() = dropcontact::Batches::default();
        *self.hunter() = hunter::Pending::default();
        *self.apollo() = apollo::Results::default();
        *self.zerobounce() = zerobounce::Memory::default();
        *self.resend() = resend::Memory::default();
        self.stripe().reset();
        self.outbox.clear();
    }
}

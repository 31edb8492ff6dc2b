//! The sections of the configuration, one a file.

mod data;
mod database;
mod log;
mod providers;
mod verify;
mod waterfall;

use std::collections::BTreeMap;

pub use data::Data;
pub use database::Database;
pub use log::{Log, LogFormat, LogLevel};
pub use providers::ProviderSettings;
pub use verify::VerifySettings;
pub use waterfall::{Order, Waterfall};

use super::Sources;
use super::reader::Reader;

/// All settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `[data]`.
    pub data: Data,
    /// `[database]`.
    pub database: Database,
    /// `[waterfall]`.
    pub waterfall: Waterfall,
    /// `[providers.NAME]`, by name.
    pub providers: BTreeMap<String, ProviderSettings>,
    /// `[verify]`.
    pub verify: VerifySettings,
    /// `[log]`.
    pub log: Log,
}

impl Settings {
    pub(crate) fn read(reader: &mut Reader<'_>, sources: &Sources) -> Self {
        let data = Data::read(reader, sources);
        Self {
            database: Database::read(reader, &data),
            data,
            waterfall: Waterfall::read(reader),
            providers: providers::read_all(reader),
            verify: VerifySettings::read(reader),
            log: Log::read(reader),
        }
    }

    /// The providers that a run may ask, in the order of `[waterfall] order` (the house's order for
    /// `cheapest`, which the run sorts itself): enabled and with a key.
    pub fn usable_providers(&self) -> Vec<&ProviderSettings> {
        let named = match &self.waterfall.order {
            Order::Listed(names) => names.clone(),
            Order::Fixed | Order::Cheapest => {
                providers::names().iter().map(|name| (*name).to_owned()).collect()
            }
        };
        let known = named.iter().filter_map(|name| self.providers.get(name));
        known.filter(|provider| provider.is_usable()).collect()
    }
}

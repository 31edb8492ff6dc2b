//! The sections of the configuration, one a file.

mod accounts;
mod billing;
mod checkers;
mod data;
mod database;
mod doctor;
mod files;
mod imports;
mod log;
mod mail;
mod mail_hosts;
mod providers;
mod secrets;
mod server;
mod sign_in;
mod telemetry;
mod verify;
mod waterfall;

use std::collections::BTreeMap;
use std::net::SocketAddr;

use captely_imports::ImportSettings;
use captely_platform::mail::MailConfig;

pub use accounts::AccountsSection;
pub use billing::{BillingMode, BillingSection, StripeSettings};
pub use checkers::CheckerSettings;
pub use data::Data;
pub use database::Database;
pub use doctor::DoctorSettings;
pub use files::FilesSettings;
pub use log::{Log, LogFormat, LogLevel};
pub use mail_hosts::{FamilyLimit, MailHostSettings};
pub use providers::ProviderSettings;
pub use secrets::SecretSettings;
pub use server::ServerSettings;
pub use sign_in::SignInSettings;
pub use telemetry::TelemetrySettings;
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
    /// `[files]`.
    pub files: FilesSettings,
    /// `[imports]`.
    pub imports: ImportSettings,
    /// `[waterfall]`.
    pub waterfall: Waterfall,
    /// `[providers.NAME]`, by name.
    pub providers: BTreeMap<String, ProviderSettings>,
    /// `[checkers.NAME]`, by name.
    pub checkers: BTreeMap<String, CheckerSettings>,
    /// `[verify]`.
    pub verify: VerifySettings,
    /// `[server]`.
    pub server: ServerSettings,
    /// `[accounts]`.
    pub accounts: AccountsSection,
    /// `[billing]`.
    pub billing: BillingSection,
    /// `[sign_in]`.
    pub sign_in: SignInSettings,
    /// `[secrets]`.
    pub secrets: SecretSettings,
    /// `[doctor]`.
    pub doctor: DoctorSettings,
    /// `[mail]`.
    pub mail: MailConfig,
    /// `[log]`.
    pub log: Log,
    /// `[telemetry]`.
    pub telemetry: TelemetrySettings,
}

impl Settings {
    pub(crate) fn read(reader: &mut Reader<'_>, sources: &Sources) -> Self {
        let data = Data::read(reader, sources);
        let database = Database::read(reader, &data);
        let files = FilesSettings::read(reader, &data);
        let imports = imports::read(reader);
        let waterfall = Waterfall::read(reader);
        let providers = providers::read_all(reader);
        let checkers = checkers::read_all(reader, &providers);
        let verify = VerifySettings::read(reader);
        let server = ServerSettings::read(reader);
        Self {
            database,
            files,
            imports,
            data,
            waterfall,
            checkers,
            providers,
            verify,
            accounts: AccountsSection::read(reader),
            billing: BillingSection::read(reader, sources),
            sign_in: SignInSettings::read(reader, sources, &server.http.public_url),
            server,
            secrets: SecretSettings::read(reader),
            doctor: DoctorSettings::read(reader),
            mail: mail::read(reader),
            log: Log::read(reader),
            telemetry: TelemetrySettings::read(reader),
        }
    }

    /// The same for a server that listens on `address`: the port is the true one where 0 was asked for,
    /// and so is what people are led to unless `server.public_url` says it.
    #[must_use]
    pub fn at(&self, address: SocketAddr) -> Self {
        let server = self.server.at(address);
        let sign_in = self.sign_in.at(&server.http.public_url);
        Self { server, sign_in, ..self.clone() }
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

    /// The checkers that may be asked, in the house's order: switched on and with their credentials.
    pub fn usable_checkers(&self) -> Vec<&CheckerSettings> {
        let known = captely_providers::checker_names();
        let known = known.iter().filter_map(|name| self.checkers.get(*name));
        known.filter(|checker| checker.is_usable()).collect()
    }
}

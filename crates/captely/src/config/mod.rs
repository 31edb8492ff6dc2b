//! Settings in layers: default < file < environment overlay < `.env` < environment < command line.
//!
//! [`load`] is a pure function of [`Sources`] and the files they name. It finds every fault at once
//! and remembers where each value came from.

mod dotenv;
mod fault;
mod file;
mod layers;
mod nearest;
mod not_read;
mod origin;
mod password;
mod reader;
mod sections;
mod setting;
mod sources;
#[cfg(test)]
mod tests;

pub use captely_platform::secrets::Secret;
pub use fault::Fault;
pub use layers::{CONFIG_BYTES_MAX, Override};
pub use not_read::NotRead;
pub use origin::Origin;
pub use password::without_password;
pub use reader::Entry;
pub use sections::{
    AccountsSection, BillingMode, BillingSection, CheckerSettings, Data, Database, DoctorSettings,
    FamilyLimit, FilesSettings, Log, LogFormat, LogLevel, MailHostSettings, Order,
    ProviderSettings, SecretSettings, ServerSettings, Settings, SignInSettings, StripeSettings,
    TelemetrySettings, VerifySettings, Waterfall,
};
pub use sources::{Environment, Sources};

use std::path::PathBuf;

use crate::exit::CliError;

/// What loading brought: the settings as far as they could be read, and everything about them.
#[derive(Debug)]
pub struct Loaded {
    settings: Settings,
    /// Every setting there is with its value and origin, in the order of the sections.
    pub entries: Vec<Entry>,
    /// All that is wrong, by place.
    pub faults: Vec<Fault>,
    /// The files that were read, in rising precedence.
    pub files: Vec<PathBuf>,
    /// Variables of other systems that are set for nothing.
    pub not_read: Vec<NotRead>,
    /// What `CAPTELY_ENV` chose.
    pub environment: Option<Environment>,
}

impl Loaded {
    /// The settings, or one error that lists every fault.
    pub fn settings(&self) -> Result<&Settings, CliError> {
        if self.faults.is_empty() {
            return Ok(&self.settings);
        }
        let sentence = match self.faults.len() {
            1 => "the configuration has a fault".to_owned(),
            n => format!("the configuration has {n} faults"),
        };
        let hint = "`captely config show` lists every setting, its value and where it comes from";
        Err(CliError::usage(sentence)
            .with_details(self.faults.iter().map(ToString::to_string).collect())
            .try_this(hint))
    }
}

/// Reads all layers.
pub fn load(sources: &Sources) -> Loaded {
    let mut layers = layers::Layers::read(sources);
    let mut reader = reader::Reader::new(&layers);
    let settings = Settings::read(&mut reader, sources);
    let (entries, mut faults) = reader.finish();
    faults.append(&mut layers.faults);
    faults.sort_by_cached_key(|fault| (fault.origin.sort_key(), fault.key.clone()));
    let not_read = not_read::find(&layers);
    let (files, environment) = (layers.files, layers.environment);
    Loaded { settings, entries, faults, files, not_read, environment }
}

/// The table of docs/configuration.md: every setting with its kind, default, variables and purpose.
pub fn reference() -> String {
    let loaded = load(&Sources::default());
    let mut text = String::new();
    let mut section = "";
    for entry in &loaded.entries {
        let own = entry.key.rsplit_once('.').map_or("", |(section, _)| section);
        if own != section {
            section = own;
            text.push_str(&["\n### `[", section, "]`\n\n"].concat());
            text.push_str("| Setting | Must be | Default | Variables | What it does |\n");
            text.push_str("|---|---|---|---|---|\n");
        }
        text.push_str(&row(entry));
    }
    text
}

fn row(entry: &Entry) -> String {
    let name = entry.key.rsplit('.').next().unwrap_or(&entry.key);
    let variables: Vec<_> = entry.variables.iter().map(|v| format!("`{v}`")).collect();
    let default = if entry.default.is_empty() { "empty" } else { &entry.default };
    let variables = variables.join(", ");
    format!("| `{name}` | {} | {default} | {variables} | {} |\n", entry.kind, entry.help)
}

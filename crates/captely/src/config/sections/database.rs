use super::Data;
use crate::config::reader::Reader;
use crate::config::setting::{Raw, Setting};
use crate::config::without_password;

/// `[database]`: where contacts, runs and attempts are kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Database {
    /// `sqlite:PATH` or `postgres://…`, as `captely_platform::db` takes it. May hold a password:
    /// show it through [`without_password`] only.
    pub url: String,
}

impl Database {
    pub(crate) fn read(reader: &mut Reader<'_>, data: &Data) -> Self {
        let url = reader
            .section("database")
            .key(
                "url",
                "The database: sqlite:PATH for the embedded one, postgres://user:password@host/name \
                 (also postgresql:// and postgresql+asyncpg://) for a server.",
            )
            .also(&["DATABASE_URL"])
            .optional::<Url>("sqlite: captely.db in the data folder");
        let embedded = || format!("sqlite:{}", data.dir.join("captely.db").display());
        Self { url: url.map_or_else(embedded, |url| url.0) }
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Database({:?})", without_password(&self.url))
    }
}

struct Url(String);

/// What may stand before the `:`; the async drivers' spellings come from Python settings files.
const SCHEMES: [&str; 4] = ["sqlite:", "postgres://", "postgresql://", "postgresql+asyncpg://"];

impl Setting for Url {
    const KIND: &'static str = "a database URL";

    fn read(raw: &Raw) -> Result<Self, String> {
        let text = String::read(raw).map_err(|_said| format!("must be {}", Self::KIND))?;
        let text = text.trim();
        if !SCHEMES.iter().any(|scheme| text.starts_with(scheme)) {
            return Err(format!(
                "must start with sqlite: or postgres:// (it starts with {:?})",
                text.split([':', '/']).next().unwrap_or_default()
            ));
        }
        Ok(Self(text.to_owned()))
    }

    fn show(&self) -> String {
        without_password(&self.0)
    }
}

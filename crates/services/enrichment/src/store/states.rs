use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_waterfall::Breaker;

const SAVE: &str = "INSERT INTO provider_state (provider, key_mark, breaker, note, updated_at) \
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (provider, key_mark) DO UPDATE SET \
    breaker = excluded.breaker, note = excluded.note, updated_at = excluded.updated_at";
const ALL: &str = "SELECT provider, key_mark, breaker, note, updated_at FROM provider_state \
    ORDER BY provider, key_mark";

pub(super) fn statements() -> Vec<&'static str> {
    vec![SAVE, ALL]
}

/// How a provider was when last heard of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderState {
    /// Its short name.
    pub provider: String,
    /// The hash of the key it was called with.
    pub key_mark: String,
    /// Its breaker.
    pub breaker: Breaker,
    /// What happened, in a sentence; empty when all is well.
    pub note: String,
    /// When.
    pub at: Timestamp,
}

pub(crate) async fn save(tx: &mut Tx, state: &ProviderState) -> Result<(), DbError> {
    let breaker =
        serde_json::to_string(&state.breaker).map_err(|e| DbError::Other(e.to_string()))?;
    let values: [Value; 5] = [
        (&state.provider).into(),
        (&state.key_mark).into(),
        breaker.into(),
        state.note.replace('\0', "").into(),
        state.at.into(),
    ];
    tx.run(Stmt::text(SAVE, values)).await.map(|_| ())
}

/// All providers that were called from this database.
pub async fn all(tx: &mut Tx) -> Result<Vec<ProviderState>, DbError> {
    let rows: Vec<(String, String, String, String, i64)> =
        tx.all(Stmt::text(ALL, Vec::new())).await?;
    Ok(rows
        .into_iter()
        .map(|(provider, key_mark, breaker, note, at)| ProviderState {
            provider,
            key_mark,
            breaker: serde_json::from_str(&breaker).unwrap_or_default(),
            note,
            at: Timestamp::micros(at),
        })
        .collect())
}

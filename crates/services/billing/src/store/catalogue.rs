use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx};

captely_platform::statements! {
    pub(crate) fn statements;

    const KEEP: &str = "INSERT INTO billing_catalogue (checksum, content, first_used_at)
        VALUES ($1, $2, $3) ON CONFLICT (checksum) DO NOTHING";
}

/// Remembers a catalogue that is sold from now on.
pub(crate) async fn keep(
    tx: &mut Tx,
    checksum: &[u8],
    content: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    tx.run(Stmt::text(KEEP, [checksum.into(), content.into(), now.into()])).await?;
    Ok(())
}

use crate::config::Secret;
use crate::config::reader::Reader;

/// What a passphrase of other programs is made a key for (BLAKE3 asks for a text of its own).
const CONTEXT: &str = "captely 2026-11-22 encryption key of a passphrase";
const KEY_DIGITS: usize = 64;
/// `secrets.token_urlsafe(64)` gives 86; less than this can be guessed.
const PASSPHRASE_BYTES_MIN: usize = 32;

/// `[secrets]`: the keys that fields in the database are sealed with.
#[derive(Debug, Clone, Default)]
pub struct SecretSettings {
    /// Keys of 64 hexadecimal digits with spaces between them, the first in use; none for the key file
    /// of the data folder.
    pub encryption_keys: Option<Secret>,
}

impl SecretSettings {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        let keys: Option<Secret> = reader
            .section("secrets")
            .key(
                "encryption_keys",
                "Keys that fields are sealed with: 64 hexadecimal digits each, commas between them, \
                 the first in use. All processes of one database need the same.",
            )
            .also(&["ENCRYPTION_KEY"])
            .checked("the file key in the data folder, made at the first start", wrong_keys);
        Self { encryption_keys: keys.map(|keys| worded(&keys)) }
    }
}

fn wrong_keys(keys: &Secret) -> Option<String> {
    let short = |key: &str| !is_hex(key) && key.len() < PASSPHRASE_BYTES_MIN;
    let number = parts(keys).position(short)?.saturating_add(1);
    Some(format!(
        "has as number {number} neither 64 hexadecimal digits nor a text of {PASSPHRASE_BYTES_MIN} \
         characters; make a key with: openssl rand -hex 32"
    ))
}

fn parts(keys: &Secret) -> impl Iterator<Item = &str> {
    keys.expose().split(',').map(str::trim).filter(|key| !key.is_empty())
}

fn is_hex(key: &str) -> bool {
    key.len() == KEY_DIGITS && key.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Texts of other programs' settings (CFG-05) become keys by hashing.
fn worded(keys: &Secret) -> Secret {
    let keys = parts(keys).map(|key| {
        if is_hex(key) {
            return key.to_owned();
        }
        let digest = blake3::derive_key(CONTEXT, key.as_bytes());
        blake3::Hash::from_bytes(digest).to_hex().to_string()
    });
    Secret::from(keys.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_passphrases() {
        let hex = "ab".repeat(32);
        let of = |text: &str| worded(&Secret::from(text)).expose().to_owned();
        assert_eq!(of(&hex), hex);
        let passphrase = "x".repeat(86);
        assert!(is_hex(&of(&passphrase)));
        assert_eq!(of(&format!("{hex},{passphrase}")), format!("{hex} {}", of(&passphrase)));
        assert!(wrong_keys(&Secret::from(hex.as_str())).is_none());
        assert!(wrong_keys(&Secret::from("changeme")).is_some_and(|why| why.contains("number 1")));
    }
}

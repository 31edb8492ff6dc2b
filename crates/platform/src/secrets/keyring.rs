use std::fmt;
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};

use super::KeyError;
use super::key::{self, Key};
use crate::chance::Chance;

/// The longest sealed text that is opened, in bytes.
pub const SEALED_BYTES_MAX: usize = 1024 * 1024;

/// The first word of a sealed text: this format, XChaCha20-Poly1305.
const FORMAT: &str = "x1";
const NONCE_BYTES: usize = 24;

/// The largest key file, in bytes.
const KEY_FILE_BYTES_MAX: u64 = 4_096;

/// Keys for fields that must not lie open in the database.
///
/// A sealed text is `x1.KEY.DATA`: the name of its key, and in base64 a random nonce of 24 bytes and
/// the XChaCha20-Poly1305 ciphertext. The *context* (table, column, workspace, row) is bound to it:
/// a text copied to another row does not open there.
///
/// To rotate, put a new key before the old ones and seal again what [`Keyring::needs_reseal`].
#[derive(Clone)]
pub struct Keyring {
    current: Key,
    older: Vec<Key>,
    chance: Arc<Chance>,
}

/// Why a sealed text does not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// It is no sealed text.
    #[error("this is no sealed text")]
    Malformed,
    /// The key is not on the ring.
    #[error("it was sealed with key {key}, which is not among the encryption keys")]
    UnknownKey {
        /// The key's name, of eight hexadecimal digits.
        key: String,
    },
    /// It was changed, or belongs to another context.
    #[error("it was changed, or sealed for another place")]
    Forged,
}

impl Keyring {
    /// From keys of 64 hexadecimal digits, separated by commas or white space; the first is in use,
    /// the others open what they sealed. `chance` must be seeded by the operating system.
    pub fn from_text(keys: &str, chance: Arc<Chance>) -> Result<Self, KeyError> {
        let mut older = key::parse(keys)?;
        let current = older.remove(0);
        Ok(Self { current, older, chance })
    }

    /// From a file that only its owner can read; made with a new key (mode 0600) if it is missing.
    pub fn from_file(path: &Path, chance: Arc<Chance>) -> Result<Self, KeyError> {
        let failed = |source| KeyError::File { path: path.to_owned(), source };
        let text = match std::fs::File::open(path) {
            Ok(file) => {
                check_private(path, &file)?;
                let mut text = String::new();
                file.take(KEY_FILE_BYTES_MAX).read_to_string(&mut text).map_err(failed)?;
                text
            }
            Err(why) if why.kind() == ErrorKind::NotFound => {
                let text = key::fresh(&chance);
                make_private(path, &text).map_err(failed)?;
                text
            }
            Err(why) => return Err(failed(why)),
        };
        Self::from_text(&text, chance)
    }

    /// Seals `plaintext` for this `context`.
    pub fn seal(&self, context: &str, plaintext: &[u8]) -> String {
        let mut nonce = [0_u8; NONCE_BYTES];
        self.chance.fill(&mut nonce);
        let cipher = XChaCha20Poly1305::new(&self.current.seal.into());
        let payload = Payload { msg: plaintext, aad: context.as_bytes() };
        let mut data = nonce.to_vec();
        // Sealing fails only above 256 GiB, which no field can hold in memory.
        data.extend(cipher.encrypt(&XNonce::from(nonce), payload).unwrap_or_default());
        format!("{FORMAT}.{}.{}", self.current.name, BASE64.encode(data))
    }

    /// What was sealed for this `context`.
    pub fn open(&self, context: &str, sealed: &str) -> Result<Vec<u8>, OpenError> {
        let (name, data) = parts(sealed)?;
        let key = std::iter::once(&self.current).chain(&self.older).find(|key| key.name == name);
        let key =
            key.ok_or_else(|| OpenError::UnknownKey { key: name.chars().take(8).collect() })?;
        let bytes = BASE64.decode(data).map_err(|_why| OpenError::Malformed)?;
        let (nonce, msg) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or(OpenError::Malformed)?;
        let cipher = XChaCha20Poly1305::new(&key.seal.into());
        let payload = Payload { msg, aad: context.as_bytes() };
        cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_opaque| OpenError::Forged)
    }

    /// Whether a sealed text is not of the key in use.
    pub fn needs_reseal(&self, sealed: &str) -> bool {
        parts(sealed).map_or(true, |(name, _)| name != self.current.name)
    }

    /// A keyed hash of `value` with the key in use, to find a sealed value by equality and to keep
    /// it unique. Without the key nobody can try values against it.
    pub fn blind_index(&self, context: &str, value: &[u8]) -> [u8; 32] {
        hash(&self.current, context, value)
    }

    /// The hashes of `value` with every key, the one in use first: look for any of them while a
    /// rotation is under way.
    pub fn blind_indexes(&self, context: &str, value: &[u8]) -> Vec<[u8; 32]> {
        let keys = std::iter::once(&self.current).chain(&self.older);
        keys.map(|key| hash(key, context, value)).collect()
    }
}

/// The context's length goes first, so that no two pairs give the same bytes.
fn hash(key: &Key, context: &str, value: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_keyed(&key.index);
    hasher.update(&u64::try_from(context.len()).unwrap_or(u64::MAX).to_le_bytes());
    hasher.update(context.as_bytes());
    hasher.update(value);
    *hasher.finalize().as_bytes()
}

/// The key's name and the data of a sealed text.
fn parts(sealed: &str) -> Result<(&str, &str), OpenError> {
    if sealed.len() > SEALED_BYTES_MAX {
        return Err(OpenError::Malformed);
    }
    let rest = sealed.strip_prefix(FORMAT).and_then(|rest| rest.strip_prefix('.'));
    rest.and_then(|rest| rest.split_once('.')).ok_or(OpenError::Malformed)
}

#[cfg(unix)]
fn check_private(path: &Path, file: &std::fs::File) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt as _;
    let meta =
        file.metadata().map_err(|source| KeyError::File { path: path.to_owned(), source })?;
    let others = meta.permissions().mode() & 0o077;
    if others == 0 { Ok(()) } else { Err(KeyError::Exposed { path: path.to_owned() }) }
}

#[cfg(not(unix))]
fn check_private(_path: &Path, _file: &std::fs::File) -> Result<(), KeyError> {
    Ok(())
}

fn make_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}

/// The names of the keys only.
impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keyring({}, {} older)", self.current.name, self.older.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "0000000000000000000000000000000000000000000000000000000000000001";
    const NEW: &str = "0000000000000000000000000000000000000000000000000000000000000002";

    fn ring(keys: &str) -> Keyring {
        Keyring::from_text(keys, Arc::new(Chance::from_seed(1))).unwrap()
    }

    #[test]
    fn sealed_for_one_place_only() {
        let ring = ring(OLD);
        let sealed = ring.seal("a", b"hunter2");
        assert!(sealed.starts_with("x1.") && !sealed.contains("hunter2"));
        assert_ne!(sealed, ring.seal("a", b"hunter2"), "a nonce is never used twice");
        assert_eq!(ring.open("a", &sealed).unwrap(), b"hunter2");
        assert_eq!(ring.open("b", &sealed), Err(OpenError::Forged));
    }

    #[test]
    fn every_changed_character_is_noticed() {
        let ring = ring(OLD);
        let sealed = ring.seal("a", b"x");
        for at in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert!(ring.open("a", &changed).is_err(), "{changed}");
        }
        for short in ["", "x1", "x1..", "x1.a.b", sealed.split_at(20).0] {
            assert!(ring.open("a", short).is_err(), "{short}");
        }
    }

    #[test]
    fn keys_rotate() {
        let sealed = ring(OLD).seal("a", b"x");
        let both = ring(&format!("{NEW} {OLD}"));
        assert_eq!(both.open("a", &sealed).unwrap(), b"x");
        assert!(both.needs_reseal(&sealed) && !ring(OLD).needs_reseal(&sealed));
        let again = both.seal("a", b"x");
        assert!(!both.needs_reseal(&again));
        assert_eq!(ring(NEW).open("a", &again).unwrap(), b"x");
        let error = ring(NEW).open("a", &sealed).unwrap_err();
        assert!(matches!(error, OpenError::UnknownKey { .. }), "{error}");
    }

    #[test]
    fn equal_values_have_equal_hashes_in_one_context() {
        let (old, new) = (ring(OLD), ring(&format!("{NEW},{OLD}")));
        assert_eq!(old.blind_index("c", b"ada@x.com"), old.blind_index("c", b"ada@x.com"));
        assert_ne!(old.blind_index("c", b"ada@x.com"), old.blind_index("d", b"ada@x.com"));
        assert_ne!(old.blind_index("ab", b"c"), old.blind_index("a", b"bc"));
        assert_ne!(old.blind_index("c", b"v"), new.blind_index("c", b"v"));
        assert_eq!(
            new.blind_indexes("c", b"v"),
            [new.blind_index("c", b"v"), old.blind_index("c", b"v")]
        );
    }

    #[test]
    fn the_key_file_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let chance = Arc::new(Chance::from_seed(1));
        let sealed = Keyring::from_file(&path, chance.clone()).unwrap().seal("a", b"x");
        let again = Keyring::from_file(&path, chance.clone()).unwrap();
        assert_eq!(again.open("a", &sealed).unwrap(), b"x");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |mode| std::fs::Permissions::from_mode(mode);
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            std::fs::set_permissions(&path, mode(0o644)).unwrap();
            let error = Keyring::from_file(&path, chance).unwrap_err();
            assert!(error.to_string().contains("chmod 600"), "{error}");
        }
    }
}

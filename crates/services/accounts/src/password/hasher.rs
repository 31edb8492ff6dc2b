//! Argon2id in memory that is kept between hashes.

use std::sync::Arc;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};
use captely_platform::chance::Chance;

use super::{PasswordError, PasswordSetUpError, Verified};

/// The most memory one hash may take, in KiB; also of a stored hash.
pub const MEMORY_KIB_MAX: u32 = 256 * 1024;
/// The most passes and lanes, also of a stored hash: a row that somebody changed must not be able to
/// keep a thread for hours.
const PASSES_MAX: u32 = 64;
const LANES_MAX: u32 = 16;

/// RFC 9106 §3.1: a salt of 16 bytes is recommended for passwords.
const SALT_BYTES: usize = 16;
const OUTPUT_BYTES: usize = Params::DEFAULT_OUTPUT_LEN;

/// What a new hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashCost {
    /// Memory in KiB: argon2's `m`.
    pub memory_kib: u32,
    /// Passes over the memory: `t`.
    pub passes: u32,
    /// Lanes: `p`. They are computed one after the other.
    pub lanes: u32,
}

impl Default for HashCost {
    /// OWASP Password Storage Cheat Sheet, "Argon2id": m = 19 MiB, t = 2, p = 1.
    fn default() -> Self {
        Self { memory_kib: 19_456, passes: 2, lanes: 1 }
    }
}

impl HashCost {
    fn params(self) -> Result<Params, PasswordSetUpError> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(OUTPUT_BYTES));
        params.ok().filter(within_bounds).ok_or(PasswordSetUpError::Cost {
            memory_kib: self.memory_kib,
            passes: self.passes,
            lanes: self.lanes,
        })
    }
}

fn within_bounds(params: &Params) -> bool {
    params.m_cost() <= MEMORY_KIB_MAX
        && params.t_cost() <= PASSES_MAX
        && params.p_cost() <= LANES_MAX
}

/// One thread's hasher.
pub(super) struct Hasher {
    params: Params,
    chance: Arc<Chance>,
    /// As many blocks as the costliest hash needed since the memory was last freed.
    memory: Vec<Block>,
}

impl Hasher {
    pub(super) fn new(cost: HashCost, chance: Arc<Chance>) -> Result<Self, PasswordSetUpError> {
        Ok(Self { params: cost.params()?, chance, memory: Vec::new() })
    }

    /// A PHC string.
    pub(super) fn hash(&mut self, password: &str) -> Result<String, PasswordError> {
        let salt = self.salt();
        let params = self.params.clone();
        let output = self.argon2id(password, &salt, &params)?;
        let phc = PasswordHash {
            algorithm: ARGON2ID_IDENT,
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&params).map_err(|_why| UNREADABLE)?,
            salt: Some(Salt::new(&salt).map_err(|_why| UNREADABLE)?),
            hash: Some(Output::new(&output).map_err(|_why| UNREADABLE)?),
        };
        Ok(phc.to_string())
    }

    /// Whether the password has this hash; without one, the work of a hash and no match.
    pub(super) fn verify(
        &mut self,
        password: &str,
        phc: Option<&str>,
    ) -> Result<Verified, PasswordError> {
        let Some(phc) = phc else {
            let (salt, params) = (self.salt(), self.params.clone());
            self.argon2id(password, &salt, &params)?;
            return Ok(Verified { matches: false, needs_rehash: false });
        };
        let (params, salt, expected) = read(phc)?;
        let output = self.argon2id(password, &salt, &params)?;
        // `Output` compares in constant time.
        let matches = Output::new(&output).is_ok_and(|output| output == expected);
        Ok(Verified { matches, needs_rehash: matches && params != self.params })
    }

    /// Gives the memory back.
    pub(super) fn free_memory(&mut self) {
        self.memory = Vec::new();
    }

    fn salt(&self) -> [u8; SALT_BYTES] {
        let mut salt = [0; SALT_BYTES];
        self.chance.fill(&mut salt);
        salt
    }

    fn argon2id(
        &mut self,
        password: &str,
        salt: &[u8],
        params: &Params,
    ) -> Result<[u8; OUTPUT_BYTES], PasswordError> {
        if self.memory.len() < params.block_count() {
            self.memory.resize(params.block_count(), Block::new());
        }
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
        let mut out = [0; OUTPUT_BYTES];
        argon2
            .hash_password_into_with_memory(password.as_bytes(), salt, &mut out, &mut self.memory)
            .map_err(|_why| UNREADABLE)?;
        Ok(out)
    }
}

const UNREADABLE: PasswordError = PasswordError::UnreadableHash;

/// The cost, salt and output of a stored hash, if it is one that we could have made.
fn read(phc: &str) -> Result<(Params, Salt, Output), PasswordError> {
    let hash = PasswordHash::new(phc).map_err(|_why| UNREADABLE)?;
    let ours = hash.algorithm == ARGON2ID_IDENT && hash.version == Some(Version::V0x13.into());
    let params = Params::try_from(&hash).map_err(|_why| UNREADABLE)?;
    match (hash.salt, hash.hash) {
        (Some(salt), Some(output))
            if ours && within_bounds(&params) && output.len() == OUTPUT_BYTES =>
        {
            Ok((params, salt, output))
        }
        _ => Err(UNREADABLE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hasher(memory_kib: u32) -> Hasher {
        let cost = HashCost { memory_kib, passes: 1, lanes: 1 };
        Hasher::new(cost, Arc::new(Chance::from_seed(1))).unwrap()
    }

    #[test]
    fn a_hash_says_how_it_was_made_and_is_never_the_same_twice() {
        let mut hasher = hasher(64);
        let phc = hasher.hash("correct horse").unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{phc}");
        assert_ne!(phc, hasher.hash("correct horse").unwrap());
    }

    #[test]
    fn a_hash_of_another_program_is_read() {
        // Made with the reference implementation by way of PyPI argon2-cffi.
        let phc = REFERENCE;
        let mut hasher = hasher(64);
        let verified = hasher.verify("correct horse battery", Some(phc)).unwrap();
        assert_eq!(verified, Verified { matches: true, needs_rehash: true });
        assert!(!hasher.verify("correct horse batterz", Some(phc)).unwrap().matches);
    }

    const REFERENCE: &str = "$argon2id$v=19$m=256,t=2,p=2$Y2FwdGVseS1zYWx0LTAxNg$HoYEneBLaeAcXwbY3SrcM1k9yZW0trmbGuShL9cfyRI";

    #[test]
    fn a_hash_of_another_cost_matches_and_wants_to_be_made_anew() {
        let phc = hasher(64).hash("x").unwrap();
        let (mut same, mut dearer) = (hasher(64), hasher(128));
        let got = |matches, needs_rehash| Ok(Verified { matches, needs_rehash });
        assert_eq!(same.verify("x", Some(&phc)), got(true, false));
        assert_eq!(dearer.verify("x", Some(&phc)), got(true, true));
        assert_eq!(dearer.verify("y", Some(&phc)), got(false, false));
        assert_eq!(dearer.verify("x", None), got(false, false));
        // Memory that a dearer hash left behind changes nothing.
        dearer.free_memory();
        assert_eq!(dearer.verify("x", Some(&phc)), got(true, true));
    }

    #[test]
    fn what_we_would_not_have_made_is_refused() {
        let phc = hasher(64).hash("x").unwrap();
        for bad in [
            String::new(),
            "x".into(),
            "$2b$12$".to_owned() + &"a".repeat(53),
            phc.replace("argon2id", "argon2i"),
            phc.replace("v=19", "v=16"),
            phc.replace("m=64", "m=4294967295"),
            phc.replace("t=1", "t=1000"),
            phc.replace("m=64", "m=1"),
            phc.rsplit_once('$').unwrap().0.to_owned(),
        ] {
            assert_eq!(hasher(64).verify("x", Some(&bad)), Err(UNREADABLE), "{bad}");
        }
    }

    #[test]
    fn costs_have_bounds() {
        for (memory_kib, passes, lanes) in [
            (1, 1, 1),
            (64, 0, 1),
            (64, 1, 0),
            (MEMORY_KIB_MAX + 1, 1, 1),
            (64, 65, 1),
            (512, 1, 17),
        ] {
            let cost = HashCost { memory_kib, passes, lanes };
            assert!(Hasher::new(cost, Arc::new(Chance::from_seed(1))).is_err(), "{cost:?}");
        }
    }
}

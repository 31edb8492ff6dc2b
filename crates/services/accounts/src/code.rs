//! Codes of six digits that are sent to an address and typed in again.

use captely_contact::EmailAddress;
use captely_platform::chance::Chance;
use captely_platform::secrets::{Keyring, Secret};

const DIGITS: usize = 6;
const CODES: u64 = 1_000_000;
/// The largest multiple of a million that 64 bits hold: draws from it on would favour low codes.
const FAIR_BELOW: u64 = u64::MAX - u64::MAX % CODES;

/// A code of one purpose never passes for one of another: all that there are show that a new person
/// reads the address.
const CONTEXT: &str = "accounts code sign-up";

/// A new code, `000000` to `999999`, each as likely as any other.
pub fn draw_code(chance: &Chance) -> Secret {
    let number = std::iter::repeat_with(|| chance.u64()).find(|number| *number < FAIR_BELOW);
    Secret::from(format!("{:0DIGITS$}", number.unwrap_or_default() % CODES))
}

/// What to store of a code: a hash under the installation's key, bound to the address. A million codes are
/// tried in no time, but not without the key.
pub fn hash_code(keyring: &Keyring, email: &EmailAddress, code: &Secret) -> [u8; 32] {
    keyring.blind_index(CONTEXT, &bound(email, code.expose()))
}

/// Whether what somebody typed is the code with this hash; spaces and hyphens in it do not count.
/// Compared in constant time, with every key of the ring. The caller counts tries and looks at the time.
pub fn is_code(keyring: &Keyring, email: &EmailAddress, typed: &Secret, hash: &[u8; 32]) -> bool {
    let Some(code) = read(typed.expose()) else { return false };
    let hashes = keyring.blind_indexes(CONTEXT, &bound(email, code.expose()));
    any_equal(&hashes, hash)
}

/// Whether `wanted` is among `hashes`, looking at all of them in constant time.
pub(crate) fn any_equal(hashes: &[[u8; 32]], wanted: &[u8; 32]) -> bool {
    let wanted = blake3::Hash::from_bytes(*wanted);
    hashes.iter().fold(false, |found, hash| (blake3::Hash::from_bytes(*hash) == wanted) | found)
}

/// The six digits of what somebody typed.
fn read(typed: &str) -> Option<Secret> {
    let digits: Secret = typed
        .chars()
        .take(4 * DIGITS)
        .filter(|c| !c.is_whitespace() && *c != '-')
        .collect::<String>()
        .into();
    let text = digits.expose();
    (text.len() == DIGITS && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// No address holds a NUL, so no two pairs give the same bytes.
fn bound(email: &EmailAddress, code: &str) -> Vec<u8> {
    [email.as_str().as_bytes(), &[0], code.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    const OLD: &str = "0000000000000000000000000000000000000000000000000000000000000001";
    const NEW: &str = "0000000000000000000000000000000000000000000000000000000000000002";

    fn ring(keys: &str) -> Keyring {
        Keyring::from_text(keys, Arc::new(Chance::from_seed(1))).unwrap()
    }

    #[test]
    fn codes_are_evenly_spread() {
        let chance = Chance::from_seed(3);
        let mut tenths = [0_u32; 10];
        for _ in 0..10_000 {
            let code = draw_code(&chance);
            assert_eq!(code.expose().len(), 6);
            tenths[code.expose().parse::<usize>().unwrap() / 100_000] += 1;
        }
        assert!(tenths.iter().all(|n| (850..1_150).contains(n)), "{tenths:?}");
        assert_eq!(FAIR_BELOW % CODES, 0);
    }

    #[test]
    fn a_code_is_for_one_address() {
        let (keyring, ada) = (ring(OLD), "ada@x.example".parse().unwrap());
        let bob = "bob@x.example".parse().unwrap();
        let hash = hash_code(&keyring, &ada, &Secret::from("012345"));
        let check = |email, typed: &str| is_code(&keyring, email, &Secret::from(typed), &hash);
        for typed in ["012345", " 012 345\n", "012-345"] {
            assert!(check(&ada, typed), "{typed}");
        }
        for typed in ["012346", "12345", "0123456", "", "01234a", "٠١٢٣٤٥", &"0".repeat(1_000)]
        {
            assert!(!check(&ada, typed), "{typed}");
        }
        assert!(!check(&bob, "012345"));
    }

    #[test]
    fn a_code_outlives_the_rotation_of_keys() {
        let (email, code) = ("ada@x.example".parse().unwrap(), Secret::from("012345"));
        let hash = hash_code(&ring(OLD), &email, &code);
        let both = ring(&format!("{NEW},{OLD}"));
        assert!(is_code(&both, &email, &code, &hash));
        assert!(!is_code(&ring(NEW), &email, &code, &hash));
    }
}

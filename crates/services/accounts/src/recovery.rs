//! Recovery codes: ten ways in for somebody who lost the second factor, each good for one time.

use captely_platform::chance::Chance;
use captely_platform::secrets::{Keyring, Secret};

use crate::code::any_equal;
use crate::ids::UserId;

/// How many codes a person gets at once.
pub const RECOVERY_CODES: usize = 10;

/// Digits of Crockford's base 32 in small letters: no i, l, o, u to be misread.
const DIGITS: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'j',
    'k', 'm', 'n', 'p', 'q', 'r', 's', 't', 'v', 'w', 'x', 'y', 'z',
];
/// 50 bits a code: guessed never, as tries are counted; written down easily.
const CODE_DIGITS: usize = 10;
const HALF_DIGITS: usize = 5;

const CONTEXT: &str = "accounts recovery code";

/// Ten new codes such as `7k2mq-x9f0a`, to be shown once. `chance` must be seeded by the operating
/// system.
pub fn draw_recovery_codes(chance: &Chance) -> [Secret; RECOVERY_CODES] {
    std::array::from_fn(|_number| {
        let mut bits = chance.u64();
        let mut text = String::with_capacity(CODE_DIGITS + 1);
        for place in 0..CODE_DIGITS {
            if place == HALF_DIGITS {
                text.push('-');
            }
            let digit = usize::try_from(bits % 32).unwrap_or_default();
            text.extend(DIGITS.get(digit));
            bits /= 32;
        }
        Secret::from(text)
    })
}

/// What to store of a code: a hash under the installation's key, bound to the person. Without the key
/// 2⁵⁰ codes cannot be tried against it.
pub fn hash_recovery_code(keyring: &Keyring, user: UserId, code: &Secret) -> [u8; 32] {
    keyring.blind_index(CONTEXT, &bound(user, code.expose()))
}

/// Which of a person's stored hashes belongs to what they typed; capitals, spaces and hyphens do not
/// count, and `o` is read as 0, `i` and `l` as 1. The caller deletes the one that was used.
pub fn find_recovery_code(
    keyring: &Keyring,
    user: UserId,
    typed: &Secret,
    stored: &[[u8; 32]],
) -> Option<usize> {
    let code = read(typed.expose())?;
    let hashes = keyring.blind_indexes(CONTEXT, &bound(user, code.expose()));
    // All are looked at, so that time does not tell which it was.
    let matching = stored.iter().map(|hash| any_equal(&hashes, hash)).enumerate();
    matching.fold(None, |found, (at, matches)| if matches { Some(at) } else { found })
}

/// The code as it was drawn, of what somebody typed.
fn read(typed: &str) -> Option<Secret> {
    let mut text = String::with_capacity(CODE_DIGITS + 1);
    let mut places = 0_usize;
    for c in typed.chars().filter(|c| !c.is_whitespace() && *c != '-') {
        if places == HALF_DIGITS {
            text.push('-');
        }
        let digit = match c.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        };
        places = places.saturating_add(1);
        if places > CODE_DIGITS || !DIGITS.contains(&digit) {
            return None;
        }
        text.push(digit);
    }
    (places == CODE_DIGITS).then(|| Secret::from(text))
}

fn bound(user: UserId, code: &str) -> Vec<u8> {
    [user.as_uuid().as_bytes().as_slice(), code.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use uuid::Uuid;

    fn ring() -> Keyring {
        Keyring::from_text(&"ab".repeat(32), Arc::new(Chance::from_seed(1))).unwrap()
    }

    #[test]
    fn ten_codes_each_found_at_its_place_for_its_person_only() {
        let (keyring, ada) = (ring(), UserId::from(Uuid::from_u128(1)));
        let bob = UserId::from(Uuid::from_u128(2));
        let codes = draw_recovery_codes(&Chance::from_seed(2));
        let stored: Vec<_> = codes.iter().map(|c| hash_recovery_code(&keyring, ada, c)).collect();
        for (at, code) in codes.iter().enumerate() {
            assert_eq!((code.expose().len(), code.expose().find('-')), (11, Some(5)));
            assert_eq!(find_recovery_code(&keyring, ada, code, &stored), Some(at));
            assert_eq!(find_recovery_code(&keyring, bob, code, &stored), None);
            let shouted = Secret::from(code.expose().to_uppercase().replace('-', " "));
            assert_eq!(find_recovery_code(&keyring, ada, &shouted, &stored), Some(at));
        }
        let distinct: std::collections::BTreeSet<_> = stored.iter().collect();
        assert_eq!(distinct.len(), RECOVERY_CODES);
    }

    #[track_caller]
    fn check(typed: &str, expected: Option<&str>) {
        assert_eq!(read(typed).as_ref().map(Secret::expose), expected, "{typed:?}");
    }

    #[test]
    fn as_people_type_them() {
        check("7k2mq-x9f0a", Some("7k2mq-x9f0a"));
        check(" 7K2MQ X9FOA ", Some("7k2mq-x9f0a"));
        check("il2mqx9f0a", Some("112mq-x9f0a"));
        for bad in ["", "7k2mq-x9f0", "7k2mq-x9f0ab", "7k2mq-x9f0u", "7k2mq-x9f0ä"] {
            check(bad, None);
        }
        check(&"0".repeat(1_000_000), None);
    }
}

//! Opaque tokens: 256 random bits that only their holder knows, with a prefix that says what they are
//! for, so that people and secret scanners recognise one that leaked, and a check sum that refuses a
//! slip of the hand without asking the database.
//!
//! `cptk_` and 48 characters of base64url: 32 random bytes and 4 of the check sum.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use captely_platform::chance::Chance;
use captely_platform::secrets::Secret;
use zeroize::Zeroizing;

const RANDOM_BYTES: usize = 32;
const CHECK_BYTES: usize = 4;
/// A multiple of three, so that every token has exactly one spelling.
const TOKEN_BYTES: usize = RANDOM_BYTES + CHECK_BYTES;
/// How many random characters of an API key are shown after its prefix (48 of 256 bits).
const VISIBLE_CHARACTERS: usize = 8;

/// BLAKE3 asks for texts that no other program uses.
const HASH_CONTEXT: &str = "captely 2026-01-01 token hash";
const CHECK_CONTEXT: &str = "captely 2026-01-01 token check sum";

/// What a token is for. One of one kind never passes as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Renews a session.
    Refresh,
    /// Stands for a program that somebody let in.
    ApiKey,
    /// In the link that sets a new password.
    PasswordReset,
    /// In the link that lets somebody into a workspace.
    Invitation,
    /// Printed by the server that nobody has set up yet.
    SetUp,
    /// Held by somebody who signs up, until the code comes.
    Registration,
    /// Held by somebody who must still show a second factor, or comes back from elsewhere.
    Challenge,
}

impl TokenKind {
    /// What the token starts with.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Refresh => "cptr_",
            Self::ApiKey => "cptk_",
            Self::PasswordReset => "cptp_",
            Self::Invitation => "cpti_",
            Self::SetUp => "cpts_",
            Self::Registration => "cptg_",
            Self::Challenge => "cptc_",
        }
    }
}

/// Why a text is no token of the kind that was asked for. None of them shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It starts with something else.
    #[error("does not start with {0}; copy the whole text")]
    Prefix(&'static str),
    /// A character is missing, too many or changed.
    #[error("is not complete or has a slip in it; copy it again")]
    Damaged,
}

/// A token and what the database keeps of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    text: Secret,
    hash: TokenHash,
    kind: TokenKind,
}

impl Token {
    /// A new token. `chance` must be seeded by the operating system.
    pub fn draw(kind: TokenKind, chance: &Chance) -> Self {
        let mut bytes = Zeroizing::new([0_u8; TOKEN_BYTES]);
        let (random, check) = bytes.split_at_mut(RANDOM_BYTES);
        chance.fill(random);
        check.copy_from_slice(&check_sum(kind, random));
        let text = Secret::from(format!("{}{}", kind.prefix(), BASE64.encode(*bytes)));
        Self { hash: hash(kind, &*bytes), text, kind }
    }

    /// The token somebody shows.
    pub fn parse(kind: TokenKind, text: &str) -> Result<Self, TokenError> {
        let digits = text.strip_prefix(kind.prefix()).ok_or(TokenError::Prefix(kind.prefix()))?;
        let mut bytes = Zeroizing::new([0_u8; TOKEN_BYTES]);
        // Decoding refuses what is too long for the buffer.
        let length =
            BASE64.decode_slice(digits, &mut *bytes).map_err(|_why| TokenError::Damaged)?;
        let (random, check) = bytes.split_at(RANDOM_BYTES);
        if length != TOKEN_BYTES || check != check_sum(kind, random) {
            return Err(TokenError::Damaged);
        }
        Ok(Self { hash: hash(kind, &*bytes), text: Secret::from(text), kind })
    }

    /// The token itself: to be shown to its holder, once.
    pub const fn text(&self) -> &Secret {
        &self.text
    }

    /// What to store, and to look for.
    pub const fn hash(&self) -> TokenHash {
        self.hash
    }

    /// The prefix and the next eight characters, by which people tell their keys apart:
    /// `cptk_Zm9vYmFy`. It may be stored and shown.
    pub fn visible(&self) -> String {
        let length = self.kind.prefix().len().saturating_add(VISIBLE_CHARACTERS);
        self.text.expose().chars().take(length).collect()
    }
}

/// The hash of a token (BLAKE3, 32 bytes). Of 256 random bits it needs neither salt nor key: nobody can
/// try them. Compared in constant time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TokenHash(blake3::Hash);

impl TokenHash {
    /// As the database keeps it.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash")
    }
}

fn hash(kind: TokenKind, bytes: &[u8]) -> TokenHash {
    TokenHash(digest(HASH_CONTEXT, kind, bytes))
}

fn check_sum(kind: TokenKind, random: &[u8]) -> [u8; CHECK_BYTES] {
    let digest = digest(CHECK_CONTEXT, kind, random);
    digest.as_bytes().first_chunk().copied().unwrap_or_default()
}

fn digest(context: &'static str, kind: TokenKind, bytes: &[u8]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new_derive_key(context);
    hasher.update(kind.prefix().as_bytes()).update(bytes).finalize()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KINDS: [TokenKind; 7] = [
        TokenKind::Refresh,
        TokenKind::ApiKey,
        TokenKind::PasswordReset,
        TokenKind::Invitation,
        TokenKind::SetUp,
        TokenKind::Registration,
        TokenKind::Challenge,
    ];

    #[test]
    fn what_was_drawn_is_read_as_its_own_kind_only() {
        let chance = Chance::from_seed(1);
        for kind in KINDS {
            let token = Token::draw(kind, &chance);
            let text = token.text().expose();
            assert_eq!((text.len(), token.visible().len()), (53, 13));
            assert!(text.starts_with(&token.visible()));
            assert_eq!(Token::parse(kind, text).as_ref(), Ok(&token));
            assert_ne!(Token::draw(kind, &chance).hash(), token.hash());
            for other in KINDS.into_iter().filter(|other| *other != kind) {
                assert_eq!(Token::parse(other, text), Err(TokenError::Prefix(other.prefix())));
                let renamed = text.replace(kind.prefix(), other.prefix());
                assert_eq!(Token::parse(other, &renamed), Err(TokenError::Damaged));
            }
        }
    }

    #[test]
    fn nothing_shows_it() {
        let token = Token::draw(TokenKind::ApiKey, &Chance::from_seed(2));
        let shown = format!("{token:?}");
        assert!(!shown.contains("cptk_"), "{shown}");
    }

    proptest! {
        #[test]
        fn every_slip_is_noticed(seed: u64, at in 5_usize..53, by in 1_u8..64) {
            const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            let token = Token::draw(TokenKind::ApiKey, &Chance::from_seed(seed));
            let mut bytes = token.text().expose().as_bytes().to_vec();
            let digit = ALPHABET.iter().position(|c| *c == bytes[at]).unwrap();
            bytes[at] = ALPHABET[(digit + usize::from(by)) % 64];
            let text = String::from_utf8(bytes).unwrap();
            prop_assert_eq!(Token::parse(TokenKind::ApiKey, &text), Err(TokenError::Damaged));
        }

        #[test]
        fn any_text_is_answered(text in ".{0,80}", tail in "[A-Za-z0-9_=-]{0,80}") {
            prop_assert!(Token::parse(TokenKind::Refresh, &text).is_err());
            let text = format!("cptr_{tail}");
            prop_assert!(Token::parse(TokenKind::Refresh, &text).is_err());
        }
    }
}

//! The part before the `@`.

use unicode_normalization::char::is_combining_mark;

use super::AddressError;

/// RFC 5321 §4.5.3.1.1.
pub(super) const LOCAL_BYTES_MAX: usize = 64;

/// Whether mail servers take the text before the `@`.
pub(super) fn check(local: &str) -> Result<(), AddressError> {
    if local.len() > LOCAL_BYTES_MAX {
        return Err(AddressError::LocalTooLong);
    }
    if is_plain(local) {
        return Ok(());
    }
    if local.is_empty() {
        return Err(AddressError::NoLocal);
    }
    if local.starts_with('"') && local.ends_with('"') && local.len() > 1 {
        return Err(AddressError::Quoted);
    }
    check_characters(local)?;
    if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
        return Err(AddressError::Dots);
    }
    Ok(())
}

/// The fast way: a dot-atom of ASCII (RFC 5322 §3.2.3).
fn is_plain(local: &str) -> bool {
    let mut previous = b'.';
    for byte in local.bytes() {
        if !is_atext_or_dot(byte) || (byte == b'.' && previous == b'.') {
            return false;
        }
        previous = byte;
    }
    previous != b'.'
}

/// RFC 5322 §3.2.3 `atext`, and the dot.
fn is_atext_or_dot(b: u8) -> bool {
    matches!(b, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'!' | b'#' | b'$' | b'%' | b'&'
        | b'\'' | b'*' | b'+' | b'-' | b'/' | b'=' | b'?' | b'^' | b'_' | b'`' | b'{' | b'|' | b'}'
        | b'~')
}

/// Which character is wrong. Letters of all scripts are allowed (RFC 6531 §3.3).
fn check_characters(local: &str) -> Result<(), AddressError> {
    let mut previous = None;
    for c in local.chars() {
        if c.is_whitespace() {
            return Err(AddressError::Space);
        }
        // A mark and a joiner belong to the letter before them, and joiners are no Latin letters' business.
        let alone = (previous.is_none() && is_combining_mark(c))
            || (is_joiner(c) && previous.is_none_or(|before: char| before.is_ascii()));
        if c.is_control() || is_invisible(c) || alone {
            return Err(AddressError::Invisible);
        }
        if c == '@' {
            return Err(AddressError::TwoAts);
        }
        if c.is_ascii() && !u8::try_from(c).is_ok_and(is_atext_or_dot) {
            return Err(AddressError::BadCharacter(c));
        }
        previous = Some(c);
    }
    if previous.is_some_and(is_joiner) { Err(AddressError::Invisible) } else { Ok(()) }
}

/// Zero-width joiner and non-joiner: unseen, and part of words in Persian and scripts of India.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Format characters, private use and the like: unseen on a screen, so two addresses look alike.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{37e}' // a Greek question mark, the same as a semicolon on screen and after NFC
        | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{ffff}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{10ffff}')
}

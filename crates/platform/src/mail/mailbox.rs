use std::fmt;

use serde::{Deserialize, Serialize};

/// RFC 5321 §4.5.3.1.3: a path is 256 octets with its angle brackets.
const ADDRESS_BYTES_MAX: usize = 254;
/// A longer name is cut.
const NAME_CHARS_MAX: usize = 100;

/// Somebody's address and name, fit for a header: an address that parses, and a name without line
/// breaks or other control characters.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    address: String,
    name: Option<String>,
}

/// Why an address takes no mail. The address is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MailboxError {
    /// It is longer than any mailbox.
    #[error("the e-mail address is longer than {ADDRESS_BYTES_MAX} bytes")]
    TooLong,
    /// It has a control character, such as a line break.
    #[error("the e-mail address has a control character inside")]
    Control,
    /// It is no address.
    #[error("this is no e-mail address; it looks like name@example.com")]
    Malformed,
}

impl Mailbox {
    /// Blanks around `address` are taken off. In `name` control characters become blanks, and what is
    /// over 100 characters is cut; a name of nothing else is none.
    pub fn new(address: &str, name: Option<&str>) -> Result<Self, MailboxError> {
        let address = address.trim_matches(' ');
        if address.len() > ADDRESS_BYTES_MAX {
            return Err(MailboxError::TooLong);
        }
        if address.chars().any(char::is_control) {
            return Err(MailboxError::Control);
        }
        address.parse::<lettre::Address>().map_err(|_which_part| MailboxError::Malformed)?;
        let name = name.map(|name| one_line(name).chars().take(NAME_CHARS_MAX).collect::<String>());
        Ok(Self { address: address.to_owned(), name: name.filter(|name| !name.is_empty()) })
    }

    /// Whom mail is from where nobody says otherwise (REQUIREMENTS NTF-07).
    pub(super) fn captely() -> Self {
        Self { address: "noreply@captely.com".to_owned(), name: Some("Captely".to_owned()) }
    }

    /// `ada@example.com`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The name, where one was given.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// What follows the `@`.
    pub(super) fn domain(&self) -> &str {
        self.address.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The same for a header.
    pub(super) fn for_header(&self) -> Result<lettre::message::Mailbox, MailboxError> {
        let address = self.address.parse().map_err(|_which_part| MailboxError::Malformed)?;
        Ok(lettre::message::Mailbox::new(self.name.clone(), address))
    }
}

/// `Ada Lovelace <ada@example.com>`, for people; not for headers.
impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} <{}>", self.address),
            None => f.write_str(&self.address),
        }
    }
}

/// Not whose it is: this may stand in a log line.
impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mailbox(***@{})", self.domain())
    }
}

/// `text` on one line, each run of blanks as one: no control characters, no Unicode line breaks, none
/// of the characters that turn the direction of what follows (they make one name look like another).
pub(super) fn one_line(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let text: String = text.chars().filter(|c| !turns(*c)).map(plain).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_address() {
        use MailboxError::{Control, Malformed, TooLong};
        for (text, why) in [
            ("", Malformed),
            ("ada", Malformed),
            ("ada@", Malformed),
            ("ada@@example.com", Malformed),
            ("a b@example.com", Malformed),
            ("Ada <ada@example.com>", Malformed),
            ("ada@example.com, eve@example.com", Malformed),
            ("ada@example.com\r\nBcc: eve@example.com", Control),
            ("ada@example.com\n", Control),
            ("ada\0@example.com", Control),
            ("\"ada\r\n\"@example.com", Control),
        ] {
            assert_eq!(Mailbox::new(text, None), Err(why), "{text:?}");
        }
        let long = format!("{}@example.com", "a".repeat(250));
        assert_eq!(Mailbox::new(&long, None), Err(TooLong));
        for good in ["ada@example.com", " o'hara+x@mail.example.co.uk ", "ada@bücher.example"] {
            assert!(Mailbox::new(good, None).is_ok(), "{good}");
        }
    }

    #[test]
    fn names_stay_on_their_line() {
        let name = |text: &str| Mailbox::new("a@example.com", Some(text)).unwrap().name;
        assert_eq!(name("Ada\r\nBcc: eve@example.com").unwrap(), "Ada Bcc: eve@example.com");
        assert_eq!(name(" Ada\u{2028}L\u{202e}x ").unwrap(), "Ada Lx");
        assert_eq!(name("\r\n\t"), None);
        assert_eq!(name(&"é".repeat(300)).unwrap().chars().count(), 100);
    }

    #[test]
    fn a_header_of_it_is_one_line_and_one_address() {
        let hostile = "\"Eve\" <eve@example.com>, \r\nBcc: x@example.com";
        let mailbox = Mailbox::new("ada@example.com", Some(hostile)).unwrap().for_header().unwrap();
        let shown = mailbox.to_string();
        assert!(!shown.contains(['\r', '\n']), "{shown}");
        let read: lettre::message::Mailboxes = shown.parse().unwrap();
        assert_eq!(
            read.iter().map(|m| m.email.to_string()).collect::<Vec<_>>(),
            ["ada@example.com"]
        );
    }

    #[test]
    fn logs_do_not_tell_whose_it_is() {
        let mailbox = Mailbox::new("ada@example.com", Some("Ada")).unwrap();
        assert_eq!(
            format!("{mailbox:?} {mailbox}"),
            "Mailbox(***@example.com) Ada <ada@example.com>"
        );
    }
}

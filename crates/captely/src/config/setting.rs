use std::fmt::Display;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

use captely_contact::{Credits, Domain, Usd};
use captely_platform::http::Network;
use captely_verify::NtpServer;

use super::Secret;

/// A value as a layer has it, before anybody knows what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Raw {
    /// From a variable or an argument: text that may stand for anything.
    Loose(String),
    /// A TOML string.
    Text(String),
    /// A TOML number in decimal.
    Number(String),
    /// A TOML boolean.
    Boolean(bool),
    /// A TOML array.
    List(Vec<Raw>),
    /// Something no setting is, by its TOML name.
    Other(&'static str),
}

/// A type that settings can have.
pub(crate) trait Setting: Sized {
    /// What it is called when something else stands in its place: "a whole number".
    const KIND: &'static str;
    /// Whether it may be shown.
    const SECRET: bool = false;
    /// Reads it; the error ends a sentence that begins with the key and never holds a secret.
    fn read(raw: &Raw) -> Result<Self, String>;
    /// As `config show` prints it.
    fn show(&self) -> String;
}

/// The end of a sentence for a value of the wrong kind.
fn wrong(raw: &Raw, kind: &str) -> String {
    match raw {
        Raw::Loose(text) | Raw::Text(text) => format!("is {text:?}, but must be {kind}"),
        Raw::Number(number) => format!("is {number}, but must be {kind}"),
        Raw::Boolean(value) => format!("is {value}, but must be {kind}"),
        Raw::List(_) => format!("is a list, but must be {kind}"),
        Raw::Other(other) => format!("is a {other}, but must be {kind}"),
    }
}

macro_rules! whole_numbers {
    ($($number:ty),+) => { $(impl Setting for $number {
        const KIND: &'static str = "a whole number";
        fn read(raw: &Raw) -> Result<Self, String> {
            match raw {
                Raw::Loose(text) | Raw::Number(text) => {
                    text.trim().replace('_', "").parse().ok().ok_or_else(|| wrong(raw, Self::KIND))
                }
                _ => Err(wrong(raw, Self::KIND)),
            }
        }
        fn show(&self) -> String {
            self.to_string()
        }
    })+ };
}
whole_numbers!(u8, u16, u32, u64, usize);

impl Setting for bool {
    const KIND: &'static str = "true or false";

    fn read(raw: &Raw) -> Result<Self, String> {
        match raw {
            Raw::Boolean(value) => Ok(*value),
            Raw::Loose(text) => match text.trim().to_lowercase().as_str() {
                "true" | "yes" | "on" | "1" => Ok(true),
                "false" | "no" | "off" | "0" => Ok(false),
                _ => Err(wrong(raw, Self::KIND)),
            },
            _ => Err(wrong(raw, Self::KIND)),
        }
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl Setting for String {
    const KIND: &'static str = "a text";

    fn read(raw: &Raw) -> Result<Self, String> {
        match raw {
            Raw::Loose(text) | Raw::Text(text) => Ok(text.clone()),
            _ => Err(wrong(raw, Self::KIND)),
        }
    }

    fn show(&self) -> String {
        self.clone()
    }
}

impl Setting for PathBuf {
    const KIND: &'static str = "a path";

    fn read(raw: &Raw) -> Result<Self, String> {
        match raw {
            Raw::Loose(text) | Raw::Text(text) if !text.is_empty() => Ok(Self::from(text)),
            _ => Err(wrong(raw, Self::KIND)),
        }
    }

    fn show(&self) -> String {
        self.display().to_string()
    }
}

impl Setting for Secret {
    const KIND: &'static str = "a text";
    const SECRET: bool = true;

    fn read(raw: &Raw) -> Result<Self, String> {
        match raw {
            Raw::Loose(text) | Raw::Text(text) => {
                let text = text.trim();
                if text.is_empty() {
                    Err("is empty".to_owned())
                } else if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
                    Err("has white space inside, so it is no key".to_owned())
                } else {
                    Ok(Self::from(text))
                }
            }
            _ => Err(format!("must be {}", Self::KIND)),
        }
    }

    fn show(&self) -> String {
        "set (hidden)".to_owned()
    }
}

/// Amounts: in a file they may stand as a number or as a text.
macro_rules! amounts {
    ($($name:ty: $kind:literal),+ $(,)?) => { $(impl Setting for $name {
        const KIND: &'static str = $kind;

        fn read(raw: &Raw) -> Result<Self, String> {
            match raw {
                Raw::Loose(text) | Raw::Text(text) | Raw::Number(text) => {
                    Self::from_str(text).map_err(|_said| wrong(raw, Self::KIND))
                }
                _ => Err(wrong(raw, Self::KIND)),
            }
        }

        fn show(&self) -> String {
            self.to_string()
        }
    })+ };
}
amounts!(
    Usd: "an amount in dollars such as 0.25",
    Credits: "a number of credits such as 250 or 0.5",
);

/// Gives types that are read from one text and written as it their [`Setting`].
macro_rules! parsed {
    ($($name:ty: $kind:literal),+ $(,)?) => { $(impl Setting for $name {
        const KIND: &'static str = $kind;
        fn read(raw: &Raw) -> Result<Self, String> {
            match raw {
                Raw::Loose(text) | Raw::Text(text) => {
                    text.trim().parse().map_err(|_said| wrong(raw, Self::KIND))
                }
                _ => Err(wrong(raw, Self::KIND)),
            }
        }
        fn show(&self) -> String {
            self.to_string()
        }
    })+ };
}
parsed!(
    IpAddr: "an address such as 203.0.113.7",
    Domain: "a domain such as example.com",
    Network: "a range of addresses such as 10.0.0.0/8",
    NtpServer: "a name or an address such as ntp.example.com or 192.0.2.1:123",
    SocketAddr: "an address and port such as 127.0.0.1:8080",
);

/// In a variable or argument, a list is its parts with commas between them.
impl<T: Setting + Display> Setting for Vec<T> {
    const KIND: &'static str = "a list";

    fn read(raw: &Raw) -> Result<Self, String> {
        match raw {
            Raw::List(parts) => parts.iter().map(T::read).collect(),
            Raw::Loose(text) => text
                .split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(|part| T::read(&Raw::Loose(part.to_owned())))
                .collect(),
            _ => Err(wrong(raw, Self::KIND)),
        }
    }

    fn show(&self) -> String {
        self.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }
}

/// Gives a closed set of words its [`Setting`]: `words!(LogFormat: "auto, human or json")`.
macro_rules! words {
    ($name:ty: $kind:literal) => {
        impl $crate::config::setting::Setting for $name {
            const KIND: &'static str = $kind;
            fn read(raw: &$crate::config::setting::Raw) -> Result<Self, String> {
                let text = String::read(raw).map_err(|_said| format!("must be {}", $kind))?;
                text.trim()
                    .to_lowercase()
                    .parse()
                    .map_err(|_said: String| format!("is {text:?}, but must be {}", $kind))
            }
            fn show(&self) -> String {
                self.to_string()
            }
        }
    };
}
pub(crate) use words;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T: Setting>(raw: &Raw, expected: Result<&str, &str>) {
        let got = T::read(raw).map(|value| value.show());
        assert_eq!(got.as_deref().map_err(String::as_str), expected, "{raw:?}");
    }

    #[test]
    fn numbers() {
        check::<u32>(&Raw::Number("12".into()), Ok("12"));
        check::<u32>(&Raw::Loose(" 1_000 ".into()), Ok("1000"));
        check::<u32>(&Raw::Text("12".into()), Err("is \"12\", but must be a whole number"));
        check::<u8>(&Raw::Number("300".into()), Err("is 300, but must be a whole number"));
        check::<u32>(&Raw::Number("-1".into()), Err("is -1, but must be a whole number"));
    }

    #[test]
    fn money_and_switches() {
        check::<Usd>(&Raw::Number("0.25".into()), Ok("0.25"));
        check::<Usd>(&Raw::Loose("$5".into()), Ok("5.00"));
        check::<bool>(&Raw::Loose("Yes".into()), Ok("true"));
        check::<bool>(&Raw::Text("yes".into()), Err("is \"yes\", but must be true or false"));
    }

    #[test]
    fn lists() {
        check::<Vec<String>>(&Raw::Loose("a, b,".into()), Ok("a, b"));
        check::<Vec<String>>(&Raw::List(vec![Raw::Text("a".into())]), Ok("a"));
        check::<Vec<String>>(
            &Raw::List(vec![Raw::Boolean(true)]),
            Err("is true, but must be a text"),
        );
        check::<Vec<String>>(&Raw::Text("a,b".into()), Err("is \"a,b\", but must be a list"));
    }

    #[test]
    fn secrets_are_in_no_message() {
        for raw in [Raw::Number("12345".into()), Raw::Text("a b".into()), Raw::Text(" ".into())] {
            let said = Secret::read(&raw).expect_err("no key");
            assert!(!said.contains("12345") && !said.contains("a b"), "{said}");
        }
        check::<Secret>(&Raw::Text(" k ".into()), Ok("set (hidden)"));
    }
}

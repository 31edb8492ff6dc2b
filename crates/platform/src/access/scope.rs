use std::fmt;
use std::str::FromStr;

/// The most scopes of one key.
const SCOPES_MAX: usize = 50;

/// The longest name of a resource, in bytes.
const RESOURCE_BYTES_MAX: usize = 40;

/// One thing that a key may do: `contacts:read`, `contacts:write` (which includes reading), `*:read`
/// or `*` (everything).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scope {
    /// `contacts`, or `*` for all.
    resource: String,
    write: bool,
}

/// What a key may do. The resource of an operation is the first part of its path behind `/api/`; an
/// operation that is no GET writes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// At most 50, without repeats.
    pub fn new(mut scopes: Vec<Scope>) -> Result<Self, String> {
        scopes.sort();
        scopes.dedup();
        if scopes.len() > SCOPES_MAX {
            return Err(format!("a key has at most {SCOPES_MAX} scopes"));
        }
        Ok(Self(scopes))
    }

    /// Whether one of them lets `resource` be read or written.
    pub fn allow(&self, resource: &str, write: bool) -> bool {
        self.0.iter().any(|scope| {
            (scope.resource == "*" || scope.resource == resource) && (scope.write || !write)
        })
    }

    /// One by one.
    pub fn iter(&self) -> impl Iterator<Item = &Scope> {
        self.0.iter()
    }
}

impl Scope {
    /// Which resource; `*` for all.
    pub fn resource(&self) -> &str {
        &self.resource
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.resource.as_str(), self.write) {
            ("*", true) => f.write_str("*"),
            (resource, true) => write!(f, "{resource}:write"),
            (resource, false) => write!(f, "{resource}:read"),
        }
    }
}

/// The error is a sentence.
impl FromStr for Scope {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || "a scope is *, or a resource and read or write, as in contacts:read".to_owned();
        if text == "*" {
            return Ok(Self { resource: text.to_owned(), write: true });
        }
        let (resource, verb) = text.split_once(':').ok_or_else(wrong)?;
        let plain = |b: u8| b.is_ascii_lowercase() || b == b'-';
        let named = !resource.is_empty()
            && resource.len() <= RESOURCE_BYTES_MAX
            && resource.bytes().all(plain);
        let write = match verb {
            "read" => false,
            "write" => true,
            _ => return Err(wrong()),
        };
        if named || resource == "*" {
            Ok(Self { resource: resource.to_owned(), write })
        } else {
            Err(wrong())
        }
    }
}

/// With spaces between them, as they are stored.
impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, scope) in self.0.iter().enumerate() {
            let space = if n == 0 { "" } else { " " };
            write!(f, "{space}{scope}")?;
        }
        Ok(())
    }
}

impl FromStr for Scopes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::new(text.split_whitespace().map(str::parse).collect::<Result<_, _>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(scopes: &str, resource: &str, write: bool, expected: bool) {
        let scopes: Scopes = scopes.parse().unwrap();
        assert_eq!(scopes.allow(resource, write), expected, "{scopes} {resource} {write}");
    }

    #[test]
    fn what_they_allow() {
        check("contacts:read", "contacts", false, true);
        check("contacts:read", "contacts", true, false);
        check("contacts:read", "lists", false, false);
        check("contacts:write", "contacts", false, true);
        check("*:read", "lists", false, true);
        check("*:read", "lists", true, false);
        check("*", "lists", true, true);
        check("", "lists", false, false);
    }

    #[test]
    fn written_and_read_again() {
        for text in ["*", "*:read", "contacts:read lists:write"] {
            assert_eq!(text.parse::<Scopes>().unwrap().to_string(), text);
        }
        for text in ["contacts", "contacts:delete", ":read", "Contacts:read", "a b", "x:read:write"]
        {
            assert!(text.parse::<Scope>().is_err(), "{text}");
        }
    }
}

use serde::{Deserialize, Serialize};

use crate::{Domain, fold, join_full_name};

/// What is known of a person before anybody is asked. Empty text means unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Person {
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Name of the company the person works for.
    pub company: String,
    /// The company's domain.
    pub domain: Option<Domain>,
    /// Job title.
    pub title: String,
    /// Address of the LinkedIn profile.
    pub linkedin_url: String,
    /// Country, as written in the list or as an ISO 3166-1 alpha-2 code.
    pub country: String,
}

impl Person {
    /// Given and family name as one, see [`join_full_name`].
    pub fn full_name(&self) -> String {
        join_full_name(&self.first_name, &self.last_name)
    }

    /// Whether there is a name and a company to look for.
    pub fn is_searchable(&self) -> bool {
        let named = !self.first_name.is_empty() || !self.last_name.is_empty();
        named && (self.domain.is_some() || !self.company.is_empty())
    }

    /// A text equal for two spellings of the same person at the same company: lower case, marks and
    /// punctuation folded, the domain preferred to the company's name. Names in scripts that do not
    /// fold are compared as they stand.
    pub fn identity(&self) -> String {
        let part = |text: &str| {
            let folded = fold(text);
            if folded.is_empty() { text.trim().to_lowercase() } else { folded }
        };
        let place = self
            .domain
            .as_ref()
            .map_or_else(|| format!("c:{}", part(&self.company)), |d| format!("d:{d}"));
        format!("{}|{}|{place}", part(&self.first_name), part(&self.last_name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_identity_for_spellings_of_one_person() {
        let one = Person {
            first_name: "José".into(),
            last_name: "Núñez".into(),
            domain: "example.com".parse().ok(),
            ..Person::default()
        };
        let other = Person {
            first_name: " jose".into(),
            last_name: "NUNEZ ".into(),
            company: "Example Ltd".into(),
            domain: Domain::from_loose("http://www.Example.com").ok(),
            ..Person::default()
        };
        assert_eq!(one.identity(), other.identity());
        let elsewhere = Person { domain: "example.org".parse().ok(), ..one.clone() };
        assert_ne!(one.identity(), elsewhere.identity());
    }
}

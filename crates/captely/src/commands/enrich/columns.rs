use captely_enrichment::RowResult;
use captely_tabular::Cell;

/// The columns that the result adds, in order. docs/cli.md explains each; a test compares.
pub(super) const ADDED: [&str; 15] = [
    "email",
    "email_status",
    "email_confidence",
    "email_provider",
    "email_cost_usd",
    "email_verification",
    "phone",
    "phone_type",
    "phone_confidence",
    "phone_provider",
    "phone_cost_usd",
    "cost_usd",
    "result",
    "enriched_at",
    "why",
];

/// Before an added column whose name the list already has.
const PREFIX: &str = "captely_";

/// The header of the result: the list's own columns, those of surplus cells, then the added ones.
/// An added name that the list uses gets `captely_` before it.
pub(super) fn header(list: &[String], surplus: usize) -> Vec<String> {
    let mut header = list.to_vec();
    header.extend((1..=surplus).map(|n| format!("{PREFIX}surplus_{n}")));
    for name in ADDED {
        let taken = list.iter().any(|own| own.trim().eq_ignore_ascii_case(name));
        header.push(if taken { format!("{PREFIX}{name}") } else { name.to_owned() });
    }
    header
}

/// The added values of one row, as texts that outlive the cells made of them.
#[derive(Default)]
pub(super) struct Added {
    texts: [String; ADDED.len()],
}

impl Added {
    /// The values of a result; all empty where there is none.
    pub(super) fn of(result: Option<&RowResult>) -> Self {
        let Some(result) = result else { return Self::default() };
        let email = result.best.email.as_ref();
        let phone = result.best.phone.as_ref();
        let why: Vec<String> = result
            .story
            .lines()
            .iter()
            .map(|line| format!("{}: {}", line.who, line.what))
            .collect();
        let text = |value: Option<String>| value.unwrap_or_default();
        Self {
            texts: [
                text(email.map(|e| e.email.to_string())),
                text(email.map(|e| e.status.to_string())),
                text(email.map(|e| e.confidence.to_string())),
                text(email.map(|e| e.source.clone())),
                text(email.map(|e| e.cost.to_string())),
                text(email.map(|e| e.verification.clone())),
                text(phone.map(|p| p.phone.to_string())),
                text(phone.map(|p| p.kind.to_string())),
                text(phone.map(|p| p.confidence.to_string())),
                text(phone.map(|p| p.source.clone())),
                text(phone.map(|p| p.cost.to_string())),
                result.spent.to_string(),
                result.stop.as_str().to_owned(),
                result.at.to_string(),
                why.join("; "),
            ],
        }
    }

    /// The cells, numbers as numbers.
    pub(super) fn cells(&self) -> impl Iterator<Item = Cell<'_>> {
        ADDED.iter().zip(&self.texts).map(|(name, text)| {
            let number = name.ends_with("_usd") || name.ends_with("_confidence");
            if number && !text.is_empty() { Cell::Decimal(text) } else { Cell::from(text.as_str()) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_the_list_uses_are_told_apart() {
        let list = ["Email".to_owned(), "Tags".to_owned()];
        let header = header(&list, 1);
        assert_eq!(header[..4], ["Email", "Tags", "captely_surplus_1", "captely_email"]);
        assert!(header.contains(&"email_status".to_owned()));
        assert_eq!(header.len(), 3 + ADDED.len());
    }
}

use std::fmt;
use std::str::FromStr;

use captely_contact::Field;

/// The fields that a run looks for: `email`, `phone` or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldList(pub Vec<Field>);

impl FromStr for FieldList {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut fields = Vec::new();
        for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            let field: Field = word.to_lowercase().parse()?;
            if !matches!(field, Field::Email | Field::Phone) {
                return Err(format!("{word} cannot be looked for; fields are email and phone"));
            }
            if !fields.contains(&field) {
                fields.push(field);
            }
        }
        if fields.is_empty() {
            Err("name email, phone or both".to_owned())
        } else {
            Ok(Self(fields))
        }
    }
}

impl fmt::Display for FieldList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.0.iter().map(|field| field.as_str()).collect();
        f.write_str(&names.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let got = text.parse::<FieldList>().ok().map(|list| list.to_string());
        assert_eq!(got.as_deref(), expected, "{text:?}");
    }

    #[test]
    fn fields_in_the_order_named() {
        check("email", Some("email"));
        check(" phone, Email,phone", Some("phone,email"));
        check("title", None);
        check("mail", None);
        check("", None);
    }
}

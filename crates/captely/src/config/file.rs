//! Reading one TOML file into settings with their lines.

use toml::de::{DeTable, DeValue};

use super::setting::Raw;

/// A setting in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// `waterfall.stop_at`.
    pub(crate) key: String,
    /// Counted from 1.
    pub(crate) line: usize,
    /// `None` for a table header, which only says that the name is used.
    pub(crate) value: Option<Raw>,
}

/// All settings of a file and, by line, what is no TOML.
pub(crate) fn parse(text: &str) -> (Vec<Item>, Vec<(usize, String)>) {
    let (root, errors) = DeTable::parse_recoverable(text);
    let line_at = |offset: usize| {
        let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
        before.split(|byte| *byte == b'\n').count()
    };
    let mut items = Vec::new();
    collect(root.get_ref(), "", &line_at, &mut items);
    let told = errors.iter().map(|error| {
        let line = error.span().map_or(0, |span| line_at(span.start));
        (line, format!("is not TOML: {}", error.message().replace('\n', ", ")))
    });
    (items, told.collect())
}

fn collect(
    table: &DeTable<'_>,
    prefix: &str,
    line_at: &impl Fn(usize) -> usize,
    items: &mut Vec<Item>,
) {
    for (name, value) in table {
        let dot = if prefix.is_empty() { "" } else { "." };
        let key = format!("{prefix}{dot}{}", name.get_ref());
        let line = line_at(name.span().start);
        if let DeValue::Table(inner) = value.get_ref() {
            items.push(Item { key: key.clone(), line, value: None });
            collect(inner, &key, line_at, items);
        } else {
            items.push(Item { key, line, value: Some(raw(value.get_ref())) });
        }
    }
}

fn raw(value: &DeValue<'_>) -> Raw {
    match value {
        DeValue::String(text) => Raw::Text(text.to_string()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or(Raw::Other("number out of range"), |n| Raw::Number(n.to_string())),
        DeValue::Float(number) => Raw::Number(number.as_str().to_owned()),
        DeValue::Boolean(value) => Raw::Boolean(*value),
        DeValue::Array(parts) => Raw::List(parts.iter().map(|p| raw(p.get_ref())).collect()),
        DeValue::Datetime(_) => Raw::Other("date"),
        DeValue::Table(_) => Raw::Other("table"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_and_their_lines() {
        let text = "# top\n[waterfall]\nstop_at = 9_0\norder = [\n  'a',\n]\n\n[providers.hunter]\nusd_per_credit = 0.015\nkey = \"k\"\n";
        let (items, errors) = parse(text);
        assert_eq!(errors, []);
        let got: Vec<_> = items
            .iter()
            .filter_map(|i| i.value.clone().map(|v| (i.key.as_str(), i.line, v)))
            .collect();
        assert_eq!(
            got,
            [
                ("providers.hunter.key", 10, Raw::Text("k".into())),
                ("providers.hunter.usd_per_credit", 9, Raw::Number("0.015".into())),
                ("waterfall.order", 4, Raw::List(vec![Raw::Text("a".into())])),
                ("waterfall.stop_at", 3, Raw::Number("90".into())),
            ]
        );
        assert!(items.iter().any(|i| i.key == "providers.hunter" && i.line == 8));
    }

    #[test]
    fn every_broken_line_is_told_and_the_rest_is_read() {
        let (items, errors) = parse("a = \nb = 1\nc = 'x\nd = 2\n");
        let lines: Vec<_> = errors.iter().map(|(line, _)| *line).collect();
        assert!(lines.contains(&1) && lines.contains(&3), "{errors:?}");
        assert!(items.iter().any(|i| i.key == "b"), "{items:?}");
    }
}

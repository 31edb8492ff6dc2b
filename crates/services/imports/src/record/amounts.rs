use captely_tabular::value::{DateOrder, Moment, Quantity, Unit, date, quantity};

/// Reads a date; the error says in a sentence's words what is wrong and what became of it.
pub(super) fn moment(text: &str, order: DateOrder) -> Result<Moment, String> {
    date(text, order).map_err(|why| format!("{why}; it was left out"))
}

/// Employees as `250`, `51-200` or `10001+`. `None` where the text is no number of people: also `10-Jan`,
/// which a spreadsheet makes of `1-10`.
pub(super) fn employees(text: &str, unit: Unit) -> Option<String> {
    let months = text.contains(|c: char| c.is_ascii_alphabetic())
        && date(&format!("{text} 2020"), DateOrder::Unknown).is_ok();
    let is_date = date(text, DateOrder::DayFirst).is_ok() && text.contains(['-', '/']);
    if months || is_date {
        return None;
    }
    quantity(text, unit).map(written)
}

/// Yearly revenue in whole units: `5000000 USD`, `1000000-10000000`, `10000000000+ EUR`.
pub(super) fn revenue(text: &str, unit: Unit) -> Option<String> {
    let found = quantity(text, unit)?;
    let number = written(found);
    Some(found.currency.map_or_else(|| number.clone(), |currency| format!("{number} {currency}")))
}

/// A year between 1000 and 2999, alone or in a date.
pub(super) fn year(text: &str) -> Option<String> {
    let plain = text.trim_start_matches('\'').trim_end_matches(".0");
    let alone = plain.len() == 4 && plain.starts_with(['1', '2']);
    if alone && plain.bytes().all(|b| b.is_ascii_digit()) {
        return Some(plain.to_owned());
    }
    let digits = plain.bytes().all(|b| b.is_ascii_digit());
    let dated = if digits { None } else { date(plain, DateOrder::DayFirst).ok() };
    dated.map(|moment| moment.date.year().to_string())
}

fn written(quantity: Quantity) -> String {
    match quantity.to {
        Some(to) if to == quantity.from => to.to_string(),
        Some(to) => format!("{}-{to}", quantity.from),
        None => format!("{}+", quantity.from),
    }
}

#[cfg(test)]
mod tests {
    use captely_tabular::value::unit_of;

    use super::*;

    #[test]
    fn amounts_as_lists_have_them() {
        let one = unit_of("Employees");
        for (text, expected) in [
            ("250", Some("250")),
            ("51 - 200 employees", Some("51-200")),
            ("10,001+", Some("10001+")),
            ("10-Jan", None),
            ("Jan-10", None),
            ("2024-01-10", None),
            ("many", None),
        ] {
            assert_eq!(employees(text, one).as_deref(), expected, "{text}");
        }
        for (header, text, expected) in [
            ("Revenue (in 000s USD)", "1,234", Some("1234000 USD")),
            ("Revenue", "$1M to $10M", Some("1000000-10000000 USD")),
            ("Revenue", "1,5 Mio. €", Some("1500000 EUR")),
            ("Revenue", "unknown", None),
        ] {
            assert_eq!(revenue(text, unit_of(header)).as_deref(), expected, "{text}");
        }
        for (text, expected) in [
            ("1998", Some("1998")),
            ("2012-05-01", Some("2012")),
            ("12", None),
            ("TBD", None),
            ("9999", None),
        ] {
            assert_eq!(year(text).as_deref(), expected, "{text}");
        }
    }
}

use captely_contact::E164;

/// The fewest digits of a number that can be somebody's.
const DIGITS_MIN: usize = 5;

/// A phone number's digits: `+` and the digits of E.164 where the text says its country, otherwise the
/// digits as they are dialled within the country, less the 0 that only a national call has.
///
/// Which country a national number belongs to is engine `verify`'s to say, before rows come here.
pub(super) fn phone(value: &str) -> String {
    if let Ok(number) = value.parse::<E164>() {
        return number.to_string();
    }
    // Extensions are no part of the number that rings.
    let lower = value.to_lowercase();
    let number = lower.split(['x', '#', ';']).next().unwrap_or_default();
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    if digits.len() < DIGITS_MIN {
        return String::new();
    }
    let abroad =
        if value.starts_with('+') { Some(digits.as_str()) } else { digits.strip_prefix("00") };
    match abroad {
        Some(number) => format!("+{}", number.trim_start_matches('0')),
        None => digits.strip_prefix('0').map_or_else(|| digits.clone(), str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_with_or_without_their_country() {
        for (value, expected) in [
            ("+49 30 123456", "+4930123456"),
            ("0049 30 123456", "+4930123456"),
            ("030/123456", "30123456"),
            ("(310) 246-1501 ext. 12", "3102461501"),
            ("310/246-1501", "3102461501"),
            ("n/a", ""),
            ("12", ""),
        ] {
            assert_eq!(phone(value), expected, "{value}");
        }
    }
}

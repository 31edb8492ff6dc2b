use std::time::Duration;

use captely_contact::Usd;

/// A number with its thousands apart: `1,234,567`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Dollars with their sign before the amount: `$0.015`, `-$2.00`.
pub fn money(usd: Usd) -> String {
    let text = usd.to_string();
    text.strip_prefix('-').map_or_else(|| format!("${text}"), |rest| format!("-${rest}"))
}

/// Dollars as a JSON number. Exact in decimal up to a million dollars.
pub fn dollars(usd: Usd) -> serde_json::Value {
    let number = usd.to_string().parse().ok().and_then(serde_json::Number::from_f64);
    number.map_or(serde_json::Value::Null, serde_json::Value::Number)
}

/// A length of time in its two largest units: `850 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`.
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    if time.as_millis() < 1_000 {
        format!("{} ms", time.as_millis())
    } else if seconds < 60 {
        format!("{}.{} s", seconds, time.subsec_millis() / 100)
    } else if seconds < 3_600 {
        format!("{} min {} s", seconds / 60, seconds % 60)
    } else {
        format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people() {
        for (number, shown) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")]
        {
            assert_eq!(count(number), shown);
        }
    }

    #[test]
    fn money_for_people() {
        assert_eq!(money(Usd::micros(15_000)), "$0.015");
        assert_eq!(money(Usd::micros(-2_000_000)), "-$2.00");
        assert_eq!(dollars(Usd::micros(15_000)).to_string(), "0.015");
    }

    #[test]
    fn times_for_people() {
        for (millis, shown) in
            [(850, "850 ms"), (4_250, "4.2 s"), (200_000, "3 min 20 s"), (7_500_000, "2 h 5 min")]
        {
            assert_eq!(duration(Duration::from_millis(millis)), shown);
        }
    }
}

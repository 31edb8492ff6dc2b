use captely_contact::fold;

/// A number or a range, in whole units: people, or whole units of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quantity {
    /// The number, or the lower end of the range.
    pub from: u64,
    /// The upper end: the same for a single number, none where the range is open (`10,000+`).
    pub to: Option<u64>,
    /// ISO 4217 code of the currency, where the cell or its column tells.
    pub currency: Option<&'static str>,
}

/// What the name of a column says of its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// 1, 1,000 (`in thousands`, `(in 000s)`) or 1,000,000 (`in millions`).
    pub factor: u64,
    /// `Revenue (USD)`.
    pub currency: Option<&'static str>,
}

/// The signs, codes and words of currencies.
const CURRENCIES: [(&str, &str); 18] = [
    ("$", "USD"),
    ("usd", "USD"),
    ("dollars", "USD"),
    ("€", "EUR"),
    ("eur", "EUR"),
    ("euro", "EUR"),
    ("£", "GBP"),
    ("gbp", "GBP"),
    ("¥", "JPY"),
    ("jpy", "JPY"),
    ("chf", "CHF"),
    ("₹", "INR"),
    ("inr", "INR"),
    ("cad", "CAD"),
    ("aud", "AUD"),
    ("sek", "SEK"),
    ("nok", "NOK"),
    ("dkk", "DKK"),
];
/// Words behind a number, folded, and how many powers of ten they stand for.
const SCALES: [(&[&str], u32); 5] = [
    (&["k", "tsd", "thousand", "thousands", "mille", "mil"], 3),
    (&["lakh", "lac"], 5),
    (
        &["m", "mm", "mn", "mio", "mln", "million", "millions", "millionen", "millones", "milioni"],
        6,
    ),
    (&["crore", "cr"], 7),
    (
        &[
            "b",
            "bn",
            "bln",
            "mrd",
            "md",
            "billion",
            "billions",
            "milliard",
            "milliards",
            "milliarden",
        ],
        9,
    ),
];
/// Words before a number that make it an upper end.
const BELOW: [&str; 6] = ["<", "under", "unter", "lessthan", "moinsde", "upto"];
/// Words before a number that make it a lower end.
const ABOVE: [&str; 7] = [">", "over", "uber", "morethan", "plusde", "above", "ab"];

/// What the name of a column says of its numbers: `Revenue (in 000s USD)` are thousands of dollars.
pub fn unit_of(header: &str) -> Unit {
    let lower = header.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    let has = |list: &[&str]| words.iter().any(|w| list.contains(w));
    let factor = if has(&["000s", "000", "thousands", "tsd", "teur", "tausend", "milliers", "k"]) {
        1_000
    } else if has(&["millions", "million", "mio", "mln", "m", "millionen"]) {
        1_000_000
    } else {
        1
    };
    let teur = has(&["teur"]).then_some("EUR");
    Unit { factor, currency: teur.or_else(|| currency(&lower)) }
}

/// Reads a number or a range: `1.2M`, `$1,000`, `51-200`, `10,000+`, `1 Mio. €`, `51 to 200 employees`.
/// `None` where it is neither.
///
/// A mark with three digits behind it separates thousands (`1,234`), any other is the decimal one (`1,5`).
/// A fraction of a unit is rounded down. A number that has a word of its own (`k`, `M`) takes no factor
/// from its column.
pub fn quantity(text: &str, unit: Unit) -> Option<Quantity> {
    let lower = text.trim().trim_start_matches('\'').to_lowercase();
    let currency = currency(&lower).or(unit.currency);
    let (first, second) = halves(&lower);
    let number = |text: &str| Scaled::read(text);
    let one = |scaled: Scaled| scaled.value(unit.factor);
    if let Some(second) = second {
        let (mut low, high) = (number(first)?, number(second)?);
        // `1-10M` are one to ten millions.
        low.power = low.power.or(high.power);
        let (from, to) = (one(low)?, one(high)?);
        return (from <= to).then_some(Quantity { from, to: Some(to), currency });
    }
    let bare = fold_signs(first);
    let open = first.trim_end().ends_with('+') || ABOVE.iter().any(|w| bare.starts_with(w));
    let below = BELOW.iter().any(|w| bare.starts_with(w));
    let value = one(number(first)?)?;
    let (from, to) = match (open, below) {
        (true, _) => (value, None),
        (_, true) => (0, Some(value)),
        _ => (value, Some(value)),
    };
    Some(Quantity { from, to, currency })
}

fn fold_signs(text: &str) -> String {
    text.chars()
        .map(|c| if "<>".contains(c) { c.to_string() } else { fold(&c.to_string()) })
        .collect()
}

/// The two ends of a range, if it is one.
fn halves(text: &str) -> (&str, Option<&str>) {
    for mark in [" to ", " - ", "–", "—", " bis ", " à ", "..", "-"] {
        let ends = text.split_once(mark);
        let number = |part: &str| part.bytes().any(|b| b.is_ascii_digit());
        if let Some((a, b)) = ends.filter(|(a, b)| number(a) && number(b)) {
            return (a, Some(b));
        }
    }
    (text, None)
}

fn currency(lower: &str) -> Option<&'static str> {
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphabetic()).collect();
    let is = |sign: &str| {
        words.contains(&sign) || (!sign.is_ascii() || sign == "$") && lower.contains(sign)
    };
    CURRENCIES.iter().find(|(sign, _)| is(sign)).map(|(_, code)| *code)
}

/// Digits, how many of them stand behind the decimal mark, and the power of ten of the word behind.
struct Scaled {
    digits: u64,
    decimals: u32,
    power: Option<u32>,
}

impl Scaled {
    fn read(text: &str) -> Option<Self> {
        let start = text.find(|c: char| c.is_ascii_digit())?;
        let rest = text.get(start..)?;
        let inside = |c: char| c.is_ascii_digit() || ",.'’ \u{a0}\u{202f}".contains(c);
        let end = rest.find(|c: char| !inside(c)).unwrap_or(rest.len());
        let (number, behind) = rest.split_at_checked(end)?;
        if behind.bytes().any(|b| b.is_ascii_digit()) {
            return None;
        }
        let word = behind.trim_start().split(|c: char| !c.is_alphabetic()).next().map(fold)?;
        let power =
            SCALES.iter().find(|(words, _)| words.contains(&word.as_str())).map(|(_, p)| *p);
        let decimals = decimals(number.trim(), power.is_some());
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        Some(Self { digits: digits.parse().ok()?, decimals, power })
    }

    fn value(&self, factor: u64) -> Option<u64> {
        let factor = self.power.map_or(u128::from(factor), |power| 10_u128.pow(power));
        let value = u128::from(self.digits).checked_mul(factor)?;
        u64::try_from(value / 10_u128.checked_pow(self.decimals)?).ok()
    }
}

/// Digits behind the decimal mark; 0 where all marks separate thousands.
fn decimals(number: &str, scaled: bool) -> u32 {
    let Some(last) = number.rfind([',', '.']) else { return 0 };
    let behind = number.len() - last - 1;
    let mark = number.get(last..=last).unwrap_or_default();
    let repeated = number.matches(mark).count() > 1;
    let thousands = behind == 3 && !scaled;
    let other_before = number.get(..last).is_some_and(|head| head.contains([',', '.']));
    if repeated || (thousands && !other_before) { 0 } else { u32::try_from(behind).unwrap_or(0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Unit = Unit { factor: 1, currency: None };

    #[track_caller]
    fn check(text: &str, unit: Unit, from: u64, to: Option<u64>, currency: Option<&str>) {
        let found = quantity(text, unit).map(|q| (q.from, q.to, q.currency));
        assert_eq!(found, Some((from, to, currency)), "{text}");
    }

    #[test]
    fn numbers_with_units() {
        for (text, value) in [
            ("42", 42),
            ("1,234", 1_234),
            ("1.234.567", 1_234_567),
            ("1.234.567,89", 1_234_567),
            ("1,234,567.89", 1_234_567),
            ("1 234 567", 1_234_567),
            ("1'234", 1_234),
            ("1.2M", 1_200_000),
            ("1,25 Mio.", 1_250_000),
            ("12k", 12_000),
            ("3 Milliarden", 3_000_000_000),
            ("2.5 Crore", 25_000_000),
            ("250 employees", 250),
            ("'250", 250),
        ] {
            check(text, ONE, value, Some(value), None);
        }
        check("$1,000", ONE, 1_000, Some(1_000), Some("USD"));
        check("1,5 Mio. €", ONE, 1_500_000, Some(1_500_000), Some("EUR"));
        check("51-200", ONE, 51, Some(200), None);
        check("51 – 200 Mitarbeiter", ONE, 51, Some(200), None);
        check("$1M to $10M", ONE, 1_000_000, Some(10_000_000), Some("USD"));
        check("1-10M", ONE, 1_000_000, Some(10_000_000), None);
        check("10,000+", ONE, 10_000, None, None);
        check("> 500", ONE, 500, None, None);
        check("< 10", ONE, 0, Some(10), None);
        for text in ["", "TBD", "many", "1-2-3", "200-51", "99999999999999999999999"] {
            assert_eq!(quantity(text, ONE), None, "{text}");
        }
    }

    #[test]
    fn columns_tell_units() {
        let thousands = unit_of("Revenue (in 000s USD)");
        assert_eq!(thousands, Unit { factor: 1_000, currency: Some("USD") });
        check("1,234", thousands, 1_234_000, Some(1_234_000), Some("USD"));
        check("1.2M", thousands, 1_200_000, Some(1_200_000), Some("USD"));
        assert_eq!(
            unit_of("TOTAL FUNDING (EUR M)"),
            Unit { factor: 1_000_000, currency: Some("EUR") }
        );
        assert_eq!(unit_of("Umsatz in TEUR"), Unit { factor: 1_000, currency: Some("EUR") });
        assert_eq!(unit_of("Annual Revenue"), ONE);
    }
}

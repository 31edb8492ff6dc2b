use captely_contact::fold;

/// The first letters of the months, folded, in English, German, French, Spanish, Italian, Portuguese, Dutch
/// and the Scandinavian languages; each stands for every longer form of the name.
const STARTS: [&[&str]; 12] = [
    &["jan", "ene", "gen"],
    &["feb", "fev"],
    &["mar", "maerz", "mrt", "mrz", "maart"],
    &["apr", "avr", "abr"],
    &["may", "mai", "mei", "maj", "mag"],
    &["jun", "juin", "giu"],
    &["jul", "juil", "lug"],
    &["aug", "aou", "ago"],
    &["sep", "set"],
    &["oct", "okt", "ott", "out"],
    &["nov"],
    &["dec", "dez", "des", "dic", "dik"],
];

/// The number of the month that a word names, from 1.
pub(super) fn month(word: &str) -> Option<i8> {
    let word = fold(word);
    // French `mai` and Spanish `mayo` begin like no March: the longest start counts.
    let longest = |starts: &[&str]| {
        starts.iter().filter(|s| word.starts_with(**s)).map(|s| s.len()).max().unwrap_or(0)
    };
    let (number, length) =
        (1_i8..).zip(STARTS.iter().map(|s| longest(s))).max_by_key(|(_, length)| *length)?;
    (length > 0 && word.len() <= 10).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_by_name() {
        for (word, number) in [
            ("Mar", Some(3)),
            ("März", Some(3)),
            ("mai", Some(5)),
            ("mayo", Some(5)),
            ("maggio", Some(5)),
            ("août", Some(8)),
            ("juillet", Some(7)),
            ("juin", Some(6)),
            ("Dezember", Some(12)),
            ("setembro", Some(9)),
            ("ottobre", Some(10)),
            ("gennaio", Some(1)),
            ("Q1", None),
            ("TBD", None),
        ] {
            assert_eq!(month(word), number, "{word}");
        }
    }
}

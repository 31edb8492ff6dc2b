use super::PARTICLES;

/// A name as people write it, where it came in capitals or small letters alone: `MCDONALD` → `McDonald`,
/// `o'brien` → `O'Brien`, `mary-jane VAN DYKE` is left as it is, since somebody chose its letters.
pub fn name_case(name: &str) -> String {
    if one_case(name).is_none() {
        return name.to_owned();
    }
    let lower = name.to_lowercase();
    let words: Vec<String> =
        lower
            .split(' ')
            .enumerate()
            .map(|(at, word)| {
                if at > 0 && PARTICLES.contains(&word) { word.to_owned() } else { word_case(word) }
            })
            .collect();
    words.join(" ")
}

/// Whether all letters of a name are capitals, or all small; `None` where both are there, or neither.
pub(super) fn one_case(name: &str) -> Option<bool> {
    let (mut upper, mut lower) = (false, false);
    for c in name.chars() {
        upper |= c.is_uppercase();
        lower |= c.is_lowercase();
    }
    (upper != lower).then_some(upper)
}

/// Whether a given name in capitals may be the initials of several (`JD`, `AJ`), and no short name. Beside
/// a name that is not in capitals up to three letters may be.
pub(super) fn may_be_initials(first: &str, all_capitals: bool) -> bool {
    let short = first.chars().nth(3).is_none();
    let vowel = first.contains(['A', 'E', 'I', 'O', 'U', 'Y']);
    short && (!all_capitals || !vowel || first.ends_with('J'))
}

/// Each part of a word begins with a capital; so does what follows `Mc`, `Mac` before a consonant, and `O'`.
fn word_case(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut begins = true;
    for c in word.chars() {
        if begins {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
        begins = matches!(c, '-' | '\'' | '’' | '.') || is_scottish(&out, word);
    }
    out
}

/// `Mc` at the beginning of a name, or `Mac` before one of the consonants that Scottish families have there and
/// no `Mack`, `Macy` or `Machado` has.
fn is_scottish(written: &str, word: &str) -> bool {
    let after_mac = || word.chars().nth(3).is_some_and(|c| "dglnrt".contains(c));
    (written == "Mc" && word.len() > 3) || (written == "Mac" && word.len() > 5 && after_mac())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_get_their_letters() {
        for (name, written) in [
            ("mcdonald", "McDonald"),
            ("MACGREGOR", "MacGregor"),
            ("macy", "Macy"),
            ("machado", "Machado"),
            ("o'brien", "O'Brien"),
            ("mary-jane", "Mary-Jane"),
            ("JÜRGEN MÜLLER", "Jürgen Müller"),
            ("ludwig van beethoven", "Ludwig van Beethoven"),
            ("DeVito", "DeVito"),
            ("王小明", "王小明"),
            ("", ""),
        ] {
            assert_eq!(name_case(name), written, "{name}");
        }
    }
}

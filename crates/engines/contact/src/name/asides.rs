/// Asides within asides that are told apart; where more are open, the outermost was only a mark.
const DEPTH_MAX: usize = 8;

/// What a mark encloses.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Round,
    Square,
    /// `"Bob"`.
    Straight,
    /// `“Bob”`, and `„Bob“` as in German, whose end is what begins one in English.
    Curly,
}

/// A name without emoji, without what stands in parentheses or quotes, and without what follows a bar; `None`
/// where none of these is there. A mark without its other half goes alone, and so do all marks where they
/// enclose the whole name.
pub(super) fn without_asides(name: &str) -> Option<String> {
    let odd = |c: char| c == '|' || is_ornament(c) || enclosing(c).is_some();
    if !name.contains(odd) {
        return None;
    }
    let has_letters = |part: &str| part.chars().any(|c| c.is_alphanumeric() && !is_ornament(c));
    let name = name.split(" | ").find(|part| has_letters(part)).unwrap_or(name);
    let mut plain = spaced(name, true);
    if !has_letters(&plain) {
        plain = spaced(name, false);
    }
    let words: Vec<&str> = plain.split_whitespace().filter(|w| *w != "|").collect();
    Some(words.join(" "))
}

/// The text with blanks for marks and ornaments, and with `cut` for what marks enclose.
fn spaced(text: &str, cut: bool) -> String {
    let mut out = String::with_capacity(text.len());
    // What is open: its kind, and how much was written before it.
    let mut open: Vec<(Kind, usize)> = Vec::new();
    for c in text.chars() {
        let Some((kind, half)) = enclosing(c) else {
            out.push(if is_ornament(c) { ' ' } else { c });
            continue;
        };
        out.push(' ');
        let begun = open.iter().rposition(|(other, _)| *other == kind);
        match (half, begun.and_then(|at| open.get(at).copied().zip(Some(at)))) {
            (Half::Close | Half::Either, Some(((_, length), at))) => {
                open.truncate(at);
                if cut {
                    out.truncate(length);
                }
            }
            (Half::Open | Half::Either, _) => {
                if open.len() == DEPTH_MAX {
                    open.remove(0);
                }
                open.push((kind, out.len()));
            }
            (Half::Close, None) => {}
        }
    }
    out
}

#[derive(Clone, Copy)]
enum Half {
    Open,
    Close,
    /// Closes what is open, else opens.
    Either,
}

const fn enclosing(c: char) -> Option<(Kind, Half)> {
    Some(match c {
        '(' => (Kind::Round, Half::Open),
        ')' => (Kind::Round, Half::Close),
        '[' => (Kind::Square, Half::Open),
        ']' => (Kind::Square, Half::Close),
        '"' => (Kind::Straight, Half::Either),
        '„' => (Kind::Curly, Half::Open),
        '“' | '”' => (Kind::Curly, Half::Either),
        _ => return None,
    })
}

/// Arrows, signs, dingbats, emoji and what joins and colours them (blocks of the Unicode Standard).
const fn is_ornament(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}' | '\u{FE0E}' | '\u{FE0F}'
        | '\u{200D}' | '\u{200B}' | '\u{FEFF}' | '®' | '©' | '™')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asides_go_and_names_stay() {
        for (name, expected) in [
            ("Ada Lovelace (she/her) 🚀", "Ada Lovelace"),
            ("🚀 Ada 🧮 Lovelace", "Ada Lovelace"),
            ("Robert “Bob” Smith | Growth", "Robert Smith"),
            ("🚀 | Robert Smith", "Robert Smith"),
            ("Ⓐ | Robert Smith", "Robert Smith"),
            ("Robert „Bob“ Smith", "Robert Smith"),
            ("Robert ”Bob” Smith", "Robert Smith"),
            ("Robert \"Bob\" Smith", "Robert Smith"),
            ("Robert[Bob]Smith", "Robert Smith"),
            ("Ada (née Byron [1815]) Lovelace", "Ada Lovelace"),
            // Only one half.
            ("Ada \"Lovelace", "Ada Lovelace"),
            ("Ada (Lovelace", "Ada Lovelace"),
            ("Ada) Lovelace", "Ada Lovelace"),
            ("Ada „Lovelace", "Ada Lovelace"),
            ("Ada Lovelace”", "Ada Lovelace"),
            ("Ada (Augusta [ada) Lovelace]", "Ada Lovelace"),
            ("[Ada (x] Lovelace) King", "Lovelace King"),
            ("(((((((((( Ada (x) Lovelace", "Ada Lovelace"),
            // Round the whole name.
            ("\"Ada Lovelace\"", "Ada Lovelace"),
            ("(“Ada” Lovelace)", "Ada Lovelace"),
            ("\"Ada\" (Lovelace)", "Ada Lovelace"),
            ("(🚀)", ""),
        ] {
            assert_eq!(without_asides(name).as_deref(), Some(expected), "{name}");
        }
        assert_eq!(without_asides("Ada Lovelace"), None);
    }
}

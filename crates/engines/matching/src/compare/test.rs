use super::{Scratch, Two};
use crate::normal::day;
use crate::schema::{Kind, Level, Test};
use crate::similar::within_edits;

/// Whether a level's test holds for two values that are both there. `other` is the comparison's next field.
pub(super) fn holds<'t>(
    level: &Level,
    two: Two<'t>,
    other: impl FnOnce() -> Option<Two<'t>>,
    scratch: &mut Scratch,
) -> bool {
    if two.a == two.b {
        // No text is read for most pairs that are the same.
        return !matches!(level.test, Test::Swapped(_) | Test::Turned | Test::Contained);
    }
    match level.test {
        Test::Exact => return false,
        Test::JaroWinkler(least) => return scratch.likeness(level.field, two) >= least,
        Test::Nickname => {
            return share(two.column.nicknames(two.a), two.column.nicknames(two.b));
        }
        Test::Words(least) => return scratch.common(level.field, two).share >= least,
        Test::Contained => return scratch.common(level.field, two).contained,
        _ => {}
    }
    let (a, b) = two.texts();
    match level.test {
        Test::Edits(most) => within_edits(a, b, most),
        Test::Initial => is_initial(a, b) || is_initial(b, a),
        Test::Swapped(least) => {
            other().is_some_and(|other| is_swapped((a, b), other, least, scratch))
        }
        Test::Start(letters) => {
            start(a, letters).is_some() && start(a, letters) == start(b, letters)
        }
        Test::End(letters) => end(a, letters).is_some() && end(a, letters) == end(b, letters),
        Test::Within(most) => is_within(two.column.kind, a, b, most),
        Test::Turned => matches!((day(a), day(b)), (Some(a), Some(b)) if a.is_turned(b)),
        Test::LocalPart => {
            let local = |text: &str| text.bytes().position(|byte| byte == b'@');
            matches!((local(a), local(b)), (Some(x), Some(y)) if a.get(..x) == b.get(..y))
        }
        Test::FirstNumber => first_number(a).is_some() && first_number(a) == first_number(b),
        _ => false,
    }
}

/// The first bytes of a text that has so many.
fn start(text: &str, letters: u8) -> Option<&[u8]> {
    text.as_bytes().get(..usize::from(letters))
}

/// The last bytes of a text that has so many.
fn end(text: &str, letters: u8) -> Option<&[u8]> {
    text.as_bytes().get(text.len().checked_sub(usize::from(letters))?..)
}

/// Whether two ascending lists share a number.
fn share(mut a: &[u32], mut b: &[u32]) -> bool {
    while let ([x, more_a @ ..], [y, more_b @ ..]) = (a, b) {
        match x.cmp(y) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => a = more_a,
            std::cmp::Ordering::Greater => b = more_b,
        }
    }
    false
}

/// Whether the first word of `short` is one letter, and the other text begins with it.
fn is_initial(short: &str, long: &str) -> bool {
    let word = short.split(' ').next().unwrap_or_default();
    word.len() == 1 && long.starts_with(word)
}

fn is_swapped((a, b): (&str, &str), other: Two<'_>, least: f64, scratch: &mut Scratch) -> bool {
    if other.a == 0 || other.b == 0 {
        return false;
    }
    let (other_a, other_b) = other.texts();
    let mut near = |x: &str, y: &str| scratch.jaro.winkler(x, y, least) >= least;
    near(a, other_b) && near(b, other_a)
}

fn is_within(kind: Kind, a: &str, b: &str, most: f64) -> bool {
    if kind == Kind::Date {
        return matches!((day(a), day(b)), (Some(a), Some(b)) if f64::from(a.days_to(b)) <= most);
    }
    matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(a), Ok(b)) if (a - b).abs() <= most)
}

fn first_number(text: &str) -> Option<&str> {
    text.split(' ').find(|word| word.bytes().next().is_some_and(|b| b.is_ascii_digit()))
}

//! What each column of a list holds: `preset` knows whole exports by their signature, `alias` knows
//! names of columns in many languages, `context` settles names that mean different things in
//! different company, `content` lets the values have the last word.

mod alias;
mod content;
mod context;
mod derive;
#[cfg(test)]
mod measured;
mod missing;
mod preset;
mod role;
mod words;

use captely_contact::Confidence;
use serde::Serialize;

pub use missing::{MissingColumns, Need, closest_name};
pub use preset::Preset;
pub use role::Role;

use alias::{Language, Names};

/// What every column of a list holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mapping {
    /// One entry a column, in the order of the file.
    pub columns: Vec<Recognised>,
    /// The program the file comes from, where its header tells.
    pub preset: Option<Preset>,
    /// The header as it was given.
    header: Vec<String>,
}

/// What one column holds, how sure that is, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recognised {
    /// What it holds.
    pub role: Role,
    /// 0 for an unknown column.
    pub confidence: Confidence,
    /// In words, for a person to judge.
    pub reason: String,
    /// The preset that decided, if one did.
    pub preset: Option<&'static str>,
}

impl Mapping {
    /// The first column of this role.
    pub fn column(&self, role: Role) -> Option<usize> {
        self.columns.iter().position(|c| c.role == role)
    }

    /// What is missing to look people up: a name, and a company, its domain or an address that has it.
    /// `None` if nothing is.
    pub fn problem(&self) -> Option<MissingColumns> {
        missing::find(&self.header, self)
    }

    /// Lets a person decide: the column of this name (or number, from 1) holds `role`. A column that
    /// held it before becomes unknown. `false` if there is no such column.
    pub fn set(&mut self, column: &str, role: Role) -> bool {
        let Some(index) = column_named(&self.header, column) else { return false };
        for (other, entry) in self.columns.iter_mut().enumerate() {
            if other == index {
                let (confidence, reason) = (Confidence::percent(100), "chosen by you".to_owned());
                *entry = Recognised { role, confidence, reason, preset: None };
            } else if entry.role == role && !role.may_repeat() {
                *entry = unknown(format!("column {} was chosen instead", index + 1));
            }
        }
        true
    }
}

/// The place of the column that is meant, from 0: by its name, its distinct name (`Tags (2)`), a name that differs
/// in signs and letters' size alone, or its number from 1.
pub fn column_named(header: &[String], wanted: &str) -> Option<usize> {
    let wanted = wanted.trim();
    let folded = words::squashed(wanted);
    let named = header.iter().position(|h| h.trim() == wanted);
    let distinct = || crate::distinct_names(header).iter().position(|h| h == wanted);
    let alike = || header.iter().position(|h| !folded.is_empty() && words::squashed(h) == folded);
    let number = || wanted.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
    named.or_else(distinct).or_else(alike).or_else(number).filter(|at| *at < header.len())
}

/// A name of a column as names are compared: `E-Mail` and `e mail` are both `email`.
pub fn folded_name(name: &str) -> String {
    words::squashed(name)
}

/// A column being judged.
#[derive(Debug, Clone)]
struct Guess {
    role: Role,
    percent: u8,
    reason: String,
    language: Option<Language>,
    preset: Option<&'static str>,
    /// The name could mean several things; `context` settles it.
    generic: Option<context::Generic>,
}

fn unknown(reason: String) -> Recognised {
    Recognised { role: Role::Unknown, confidence: Confidence::NONE, reason, preset: None }
}

/// Finds out what each column holds, from the header and, where there are any, from the first rows.
///
/// The answer has as many entries as `header`. Rows may have any width.
pub fn recognise(header: &[String], samples: &[Vec<String>]) -> Mapping {
    recognise_by(&alias::KNOWN, header, samples, preset::find(header))
}

fn recognise_by(
    names: &Names,
    header: &[String],
    samples: &[Vec<String>],
    preset: Option<Preset>,
) -> Mapping {
    let mut guesses: Vec<Guess> = header.iter().map(|name| by_name(names, name, preset)).collect();
    forget_repeated(header, &mut guesses);
    context::settle(header, &mut guesses, preset);
    content::judge(header, samples, &mut guesses);
    one_column_each(&mut guesses);
    let columns = guesses.into_iter().map(|guess| match guess.role {
        Role::Unknown => unknown(guess.reason),
        role => Recognised {
            role,
            confidence: Confidence::percent(guess.percent),
            reason: guess.reason,
            preset: guess.preset,
        },
    });
    Mapping { columns: columns.collect(), preset, header: header.to_vec() }
}

/// Whether a cell is a usual name of a column.
pub(crate) fn is_known_name(cell: &str) -> bool {
    let whole = words::squashed(cell);
    !whole.is_empty()
        && (alias::KNOWN.find(&whole).is_some() || context::Generic::of(&whole).is_some())
}

/// What the name alone says.
fn by_name(names: &Names, name: &str, preset: Option<Preset>) -> Guess {
    let words = words::words(name);
    let whole = words.concat();
    let guess = |role, percent, reason: String, language| Guess {
        role,
        percent,
        reason,
        language,
        preset: None,
        generic: None,
    };
    if let Some(preset) = preset
        && let Some(role) = preset.role_of(&whole)
    {
        let reason = format!("{} exports call it {:?}", preset.as_str(), name.trim());
        return Guess { preset: Some(preset.as_str()), ..guess(role, 99, reason, None) };
    }
    if let Some(generic) = context::Generic::of(&whole) {
        return Guess { generic: Some(generic), ..guess(Role::Unknown, 0, String::new(), None) };
    }
    if let Some(alias) = names.find(&whole) {
        let reason = format!("{:?} is a usual name for it", name.trim());
        // Where two columns could be it, the one that bears the very name is.
        let percent = if words::squashed(alias.role.as_str()) == whole { 97 } else { 95 };
        return guess(alias.role, percent, reason, Some(alias.language));
    }
    if let Some((role, language)) = context::qualified(names, &words) {
        let reason = format!("{:?} reads as {role}", name.trim());
        return guess(role, 85, reason, Some(language));
    }
    if let Some((role, reason)) = derive::by_words(names, &words) {
        return guess(role, 80, reason.to_owned(), None);
    }
    if let Some((group, inner)) = crate::header::apart(name) {
        let (above, below) = (by_name(names, group, preset), by_name(names, inner, preset));
        return in_group(names, group, &above, below);
    }
    guess(Role::Unknown, 0, "its name is not known".to_owned(), None)
}

/// What a name says that stands below the name of a group of columns: `Company` over `Phone`. Where the group
/// is the name of another thing, as in `Email / Phone`, the column may hold either.
fn in_group(names: &Names, group: &str, above: &Guess, mut guess: Guess) -> Guess {
    if context::is_company(names, group) {
        let generic = guess.generic.take();
        let role = match generic {
            Some(context::Generic::Name) => Some(Role::Company),
            _ => guess.role.of_company(),
        };
        guess.percent = if role.is_some() { 85 } else { 0 };
        guess.role = role.unwrap_or(Role::Unknown);
        guess.reason = format!("it stands below {:?}", group.trim());
    } else if !above.role.may_head(guess.role) {
        guess.role = Role::Unknown;
        guess.percent = 0;
        guess.reason = format!("it could hold {} as well", above.role);
    }
    guess
}

/// A name that stands over many columns is no name: some exports overwrite a whole block of headers
/// with one label.
fn forget_repeated(header: &[String], guesses: &mut [Guess]) {
    const COPIES_MAX: usize = 3;
    for (name, guess) in header.iter().zip(guesses) {
        let name = name.trim();
        let copies = header.iter().filter(|h| h.trim().eq_ignore_ascii_case(name)).count();
        if copies > COPIES_MAX && !name.is_empty() {
            guess.role = Role::Unknown;
            guess.generic = None;
            guess.reason = format!("{copies} columns are called {name:?}");
        }
    }
}

/// Where several columns claim a role, the surest keeps it, the first of equals. A second phone or
/// e-mail column is a further one.
fn one_column_each(guesses: &mut [Guess]) {
    for role in Role::ALL.iter().copied().filter(|r| !r.may_repeat()) {
        let best = guesses.iter().filter(|g| g.role == role).map(|g| g.percent).max();
        let Some(best) = best else { continue };
        let mut held = false;
        for guess in guesses.iter_mut().filter(|g| g.role == role) {
            if !held && guess.percent == best {
                held = true;
                continue;
            }
            guess.reason = format!("another column is surer to be {role}");
            guess.role = match role {
                Role::Phone => Role::OtherPhone,
                Role::Email => Role::OtherEmail,
                _ => Role::Unknown,
            };
        }
    }
}

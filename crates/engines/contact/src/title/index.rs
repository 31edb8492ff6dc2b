use std::collections::HashMap;
use std::sync::LazyLock;

use super::rule::Rule;
use super::{Department, Seniority, department, seniority};
use crate::fold;

/// The patterns of all rules, found by the words of a title. Each list of patterns is a group and has a bit of
/// its own: one pass over the words tells all groups, and a rule is a question about bits.
pub(super) struct Index {
    /// Patterns by the first two bytes of their first word.
    by_start: HashMap<[u8; 2], Vec<Phrase>>,
    /// Ends of words, and their groups.
    endings: Vec<(&'static str, u64)>,
    /// Groups given away so far.
    groups: u32,
    ranks: Vec<Test<Seniority>>,
    departments: Vec<Test<Department>>,
    rank_labels: HashMap<String, Seniority>,
    department_labels: HashMap<String, Department>,
}

/// Words that follow each other, and the group they belong to.
struct Phrase {
    words: Vec<Word>,
    group: u64,
}

struct Word {
    text: &'static str,
    /// Whether it is only the beginning of a word.
    open: bool,
}

/// A rule as groups: all of `needs` have to be there, none of `but`.
struct Test<T> {
    told: T,
    needs: u64,
    but: u64,
}

pub(super) static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index {
        by_start: HashMap::new(),
        endings: Vec::new(),
        groups: 0,
        ranks: Vec::new(),
        departments: Vec::new(),
        rank_labels: labels(Seniority::LABELS),
        department_labels: labels(Department::LABELS),
    };
    index.ranks = seniority::RULES.iter().map(|rule| index.add(rule)).collect();
    index.departments = department::RULES.iter().map(|rule| index.add(rule)).collect();
    index
});

fn labels<T: Copy>(all: &[(T, &[&str])]) -> HashMap<String, T> {
    let words = all.iter().flat_map(|(told, words)| words.iter().map(|word| (fold(word), *told)));
    words.collect()
}

impl Index {
    /// What the title tells of rank and department.
    pub(super) fn title(&self, title: &str) -> (Option<Seniority>, Option<Department>) {
        let there = self.groups_of(&words(title));
        let rank = first(&self.ranks, there);
        // Who leads the whole company and names no part of it belongs to none.
        let whole = || (rank? <= Seniority::CLevel).then_some(Department::Executive);
        (rank, first(&self.departments, there).or_else(whole))
    }

    /// What an entry of a column for ranks or departments says: their own words, else as in a title.
    pub(super) fn label(&self, label: &str) -> (Option<Seniority>, Option<Department>) {
        let folded = fold(label);
        let rank = self.rank_labels.get(&folded).copied();
        let department = self.department_labels.get(&folded).copied();
        if rank.is_some() && department.is_some() {
            return (rank, department);
        }
        let told = self.title(label);
        (rank.or(told.0), department.or(told.1))
    }

    fn add<T: Copy>(&mut self, rule: &Rule<T>) -> Test<T> {
        let needs = self.group(rule.words) | self.group(rule.and);
        Test { told: rule.told, needs, but: self.group(rule.but) }
    }

    /// Takes up a list of patterns; the bit of its group, none where the list is empty.
    fn group(&mut self, patterns: &'static str) -> u64 {
        if patterns.is_empty() {
            return 0;
        }
        let group = 1_u64 << self.groups;
        self.groups = self.groups.saturating_add(1);
        for pattern in patterns.split('|') {
            if let Some(end) = pattern.strip_prefix('*') {
                self.endings.push((end, group));
                continue;
            }
            let words = pattern.split(' ').map(|word| {
                let open = word.strip_suffix('*');
                Word { text: open.unwrap_or(word), open: open.is_some() }
            });
            self.by_start
                .entry(start(pattern))
                .or_default()
                .push(Phrase { words: words.collect(), group });
        }
        group
    }

    /// The groups of which a pattern stands among the words.
    fn groups_of(&self, words: &[String]) -> u64 {
        let mut there = 0;
        for (at, word) in words.iter().enumerate() {
            let from = words.get(at..).unwrap_or_default();
            for phrase in self.by_start.get(&start(word)).into_iter().flatten() {
                if phrase.begins(from) {
                    there |= phrase.group;
                }
            }
            for (end, group) in &self.endings {
                if word.ends_with(end) {
                    there |= group;
                }
            }
        }
        there
    }
}

impl Phrase {
    fn begins(&self, words: &[String]) -> bool {
        let is = |(known, word): (&Word, &String)| {
            if known.open { word.starts_with(known.text) } else { word == known.text }
        };
        self.words.len() <= words.len() && self.words.iter().zip(words).all(is)
    }
}

/// The first two bytes of a word; a blank stands for the second of a word of one letter.
fn start(word: &str) -> [u8; 2] {
    let mut bytes = word.bytes();
    [bytes.next().unwrap_or(b' '), bytes.next().unwrap_or(b' ')]
}

/// What the first rule says that holds for the groups that are there.
fn first<T: Copy>(tests: &[Test<T>], there: u64) -> Option<T> {
    let holds = |test: &&Test<T>| there & test.needs == test.needs && there & test.but == 0;
    tests.iter().find(holds).map(|test| test.told)
}

/// The words of a title, folded; words that do not fold stay in small letters.
fn words(title: &str) -> Vec<String> {
    let split = title.split(|c: char| !c.is_alphanumeric() && c != '\'');
    split.filter(|word| !word.is_empty()).map(word_of).collect()
}

fn word_of(word: &str) -> String {
    let folded = fold(word);
    if folded.is_empty() { word.to_lowercase() } else { folded }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_fall_into_words() {
        for (title, expected) in [
            ("Sr. Geschäftsführer, R&D (EMEA)", "sr geschaftsfuhrer r d emea"),
            ("代表取締役", "代表取締役"),
            ("Генеральный директор", "генеральный директор"),
            (" - ", ""),
        ] {
            assert_eq!(words(title).join(" "), expected, "{title}");
        }
    }

    /// What is looked for has to be what a title's words become, and has to be found by its first two bytes.
    #[test]
    fn patterns_are_words_of_titles() {
        for pattern in patterns() {
            let letters = pattern.replace('*', "");
            assert_eq!(words(&letters).join(" "), letters, "{pattern}");
            let beginning = pattern.split(' ').next().unwrap();
            assert!(!beginning.ends_with('*') || beginning.len() > 2, "{pattern}");
            assert!(!pattern.starts_with('*') || !pattern.contains(' '), "{pattern}");
        }
        assert!(INDEX.groups <= u64::BITS);
    }

    /// Each pattern finds what a plain search finds: in itself, with letters before and behind, among others.
    #[test]
    fn the_index_finds_what_a_search_finds() {
        let all: Vec<&str> = patterns().collect();
        let mut found = 0_u32;
        for (pattern, next) in all.iter().zip(all.iter().cycle().skip(7)) {
            let (pattern, next) = (pattern.replace('*', ""), next.replace('*', ""));
            for title in [
                format!("{pattern} {next}"),
                format!("x {pattern}x, {next}"),
                format!("x{pattern} & {next}"),
                format!("{next} {}", pattern.replace(' ', "x ")),
            ] {
                let expected = searched(&title);
                assert_eq!(INDEX.title(&title), expected, "{title}");
                found += u32::from(expected.0.is_some());
            }
        }
        assert!(found > 1_000, "{found}");
    }

    fn patterns() -> impl Iterator<Item = &'static str> {
        let ranks = seniority::RULES.iter().map(|rule| [rule.words, rule.and, rule.but]);
        let parts = department::RULES.iter().map(|rule| [rule.words, rule.and, rule.but]);
        ranks.chain(parts).flatten().flat_map(|list| list.split('|')).filter(|p| !p.is_empty())
    }

    /// Rule after rule, pattern after pattern, at each place of the title.
    fn searched(title: &str) -> (Option<Seniority>, Option<Department>) {
        let words = words(title);
        let rank = seniority::RULES.iter().find(|rule| holds(rule, &words)).map(|rule| rule.told);
        let part = department::RULES.iter().find(|rule| holds(rule, &words)).map(|rule| rule.told);
        let whole = rank.is_some_and(|rank| rank <= Seniority::CLevel);
        (rank, part.or(whole.then_some(Department::Executive)))
    }

    fn holds<T>(rule: &Rule<T>, words: &[String]) -> bool {
        let says = |patterns: &str| patterns.split('|').any(|pattern| stands(pattern, words));
        says(rule.words) && (rule.and.is_empty() || says(rule.and)) && !says(rule.but)
    }

    fn stands(pattern: &str, words: &[String]) -> bool {
        let pattern: Vec<&str> = pattern.split(' ').collect();
        words.windows(pattern.len()).any(|place| {
            pattern.iter().zip(place).all(|(known, word)| match known.strip_prefix('*') {
                Some(end) => word.ends_with(end),
                None => known
                    .strip_suffix('*')
                    .map_or(word == known, |beginning| word.starts_with(beginning)),
            })
        })
    }
}

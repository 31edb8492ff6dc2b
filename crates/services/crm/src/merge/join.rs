//! What a contact is once another went into it: pure.

use std::collections::{BTreeMap, BTreeSet};

use captely_matching::{Kind, normal_form};

use super::{Change, Changes, Choices, Items, MergeError, Record, Take};
use crate::ContactDetail;
use crate::store::merges::record::COLUMNS;

/// Fields that belong together. A blank among them is filled only where none of the first kind says that the two
/// rows speak of different things: a title at one company is none at another.
struct Group {
    /// Two different values of one of these are two different things.
    tells: &'static [&'static str],
    /// These tell only where nothing of `tells` is there on both sides.
    else_tells: &'static [&'static str],
    with: &'static [&'static str],
    /// Whose choice holds for the others where they have none of their own.
    leader: Option<&'static str>,
}

const GROUPS: [Group; 4] = [
    Group {
        tells: &["company"],
        else_tells: &["domain"],
        with: &["company_id", "title", "seniority", "department"],
        leader: Some("company"),
    },
    Group {
        tells: &["country", "state", "city", "postal_code", "street"],
        else_tells: &["location"],
        with: &[],
        leader: None,
    },
    Group { tells: &["email"], else_tells: &[], with: &["email_status"], leader: Some("email") },
    Group {
        tells: &["utm_source", "utm_medium", "utm_campaign"],
        else_tells: &[],
        with: &[],
        leader: None,
    },
];

/// Refuses a word that is no field of contacts.
pub(super) fn check_word(word: &str) -> Result<(), MergeError> {
    if COLUMNS.contains(&word) {
        return Ok(());
    }
    word.parse::<ContactDetail>().map(drop).map_err(|_detail| {
        let known = ContactDetail::KNOWN.iter().map(ToString::to_string);
        let all: Vec<_> = COLUMNS.iter().map(ToString::to_string).chain(known).collect();
        MergeError::Field(format!(
            "{word:?} is no field of a contact; use custom.NAME or one of {}",
            all.join(", ")
        ))
    })
}

/// What `kept` becomes when `gone` goes into it, what that changes of its fields, and what it gets beside.
pub(crate) fn join(kept: &Record, gone: &Record, choices: &Choices) -> (Record, Changes, Items) {
    let nothing = Spared::default();
    join_but(kept, gone, choices, &nothing)
}

/// What somebody changed since, which stays as it is.
#[derive(Debug, Clone, Default)]
pub(super) struct Spared {
    pub(super) fields: BTreeSet<String>,
    pub(super) items: Items,
}

/// The same but for what is spared.
pub(super) fn join_but(
    kept: &Record,
    gone: &Record,
    choices: &Choices,
    spared: &Spared,
) -> (Record, Changes, Items) {
    let mut joined = kept.clone();
    joined.marks.extend(gone.marks.iter().filter(|mark| !kept.marks.contains(mark)));
    let words: BTreeSet<&String> = kept.fields.keys().chain(gone.fields.keys()).collect();
    let (mut chosen, mut open) = (Vec::new(), Vec::new());
    for word in words.into_iter().filter(|word| !spared.fields.contains(*word)) {
        match choice(word, choices) {
            Some(Take::Gone) => chosen.push(word),
            Some(Take::Kept) => {}
            None => open.push(word),
        }
    }
    for word in chosen {
        match gone.fields.get(word) {
            Some(value) => joined.fields.insert(word.clone(), value.clone()),
            None => joined.fields.remove(word),
        };
    }
    // Which groups speak of one thing is asked before anything is filled, so that the order of fields says nothing.
    let asked = joined.fields.clone();
    for word in open {
        if let Some(value) = gone.fields.get(word)
            && !asked.contains_key(word)
            && fits(word, &asked, &gone.fields)
        {
            joined.fields.insert(word.clone(), value.clone());
        }
    }
    let mut items = kept.items.missing_of(&gone.items);
    items.remove(&spared.items);
    joined.items.add(&items);
    joined.updated_at = kept.updated_at.max(gone.updated_at);
    let changes = changes(&kept.fields, &joined.fields);
    (joined, changes, items)
}

fn group(word: &str) -> Option<&'static Group> {
    GROUPS.iter().find(|group| {
        [group.tells, group.else_tells, group.with].iter().any(|words| words.contains(&word))
    })
}

/// What was chosen for a field, or for the field that leads it.
fn choice(word: &str, choices: &Choices) -> Option<Take> {
    let leader = || choices.get(group(word)?.leader?);
    choices.get(word).or_else(leader).copied()
}

/// Whether the group of a field speaks of one thing on both sides.
fn fits(word: &str, ours: &BTreeMap<String, String>, theirs: &BTreeMap<String, String>) -> bool {
    let Some(group) = group(word) else { return true };
    let both = |words: &[&'static str]| -> Vec<bool> {
        let told = words
            .iter()
            .filter_map(|word| Some(is_same(word, ours.get(*word)?, theirs.get(*word)?)));
        told.collect()
    };
    let told = both(group.tells);
    let told = if told.is_empty() { both(group.else_tells) } else { told };
    told.into_iter().all(|same| same)
}

fn is_same(word: &str, a: &str, b: &str) -> bool {
    let kind = match word {
        "company" => Kind::Company,
        "domain" => Kind::Domain,
        "email" => Kind::Email,
        _ => Kind::Text,
    };
    normal_form(kind, a) == normal_form(kind, b)
}

pub(super) fn changes(
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
) -> Changes {
    let words: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let change = |word: &String| {
        let (before, after) = (before.get(word).cloned(), after.get(word).cloned());
        (before != after).then(|| (word.clone(), Change { before, after }))
    };
    words.into_iter().filter_map(change).collect()
}

#[cfg(test)]
mod tests {
    use captely_platform::ids::ContactId;
    use uuid::Uuid;

    use super::*;

    fn record(text: &str) -> Record {
        let fields = text.split_terminator("; ").map(|pair| pair.split_once('=').unwrap());
        Record {
            id: ContactId::from(Uuid::nil()),
            fields: fields.map(|(word, value)| (word.to_owned(), value.to_owned())).collect(),
            items: Items::default(),
            marks: Vec::new(),
            merged_into: None,
            updated_at: 0,
        }
    }

    #[track_caller]
    fn check(kept: &str, gone: &str, choices: &[(&str, Take)], expected: &str) {
        let choices = choices.iter().map(|(word, take)| ((*word).to_owned(), *take)).collect();
        let (joined, changes, _items) = join(&record(kept), &record(gone), &choices);
        assert_eq!(joined.fields, record(expected).fields, "{kept} | {gone}");
        let mut back = joined.fields;
        for (word, change) in changes {
            assert_eq!(back.get(&word), change.after.as_ref());
            match change.before {
                Some(value) => back.insert(word, value),
                None => back.remove(&word),
            };
        }
        assert_eq!(back, record(kept).fields);
    }

    #[test]
    fn blanks_are_filled_and_values_kept() {
        check("", "first_name=Asha; city=Pune", &[], "first_name=Asha; city=Pune");
        check(
            "first_name=A.",
            "first_name=Asha; last_name=Rao",
            &[],
            "first_name=A.; last_name=Rao",
        );
        check("custom.x=1", "custom.x=2; custom.y=3", &[], "custom.x=1; custom.y=3");
    }

    #[test]
    fn what_belongs_together_stays_together() {
        let gone = "company=Mills; domain=mills.example; title=CEO";
        check("company=Looms", gone, &[], "company=Looms");
        check("company=Mills Ltd", gone, &[], "company=Mills Ltd; domain=mills.example; title=CEO");
        check("domain=looms.example", gone, &[], "domain=looms.example");
        check(
            "domain=www.mills.example",
            gone,
            &[],
            "company=Mills; domain=www.mills.example; title=CEO",
        );
        check("city=Pune", "city=Goa; street=1 Main St", &[], "city=Pune");
        check("city=Pune", "city=PUNE; street=1 Main St", &[], "city=Pune; street=1 Main St");
        check(
            "email=a@x.example",
            "email=b@x.example; email_status=valid",
            &[],
            "email=a@x.example",
        );
    }

    #[test]
    fn choices_go_before() {
        let (kept, gone) =
            ("company=Looms; domain=looms.example; title=CTO", "company=Mills; title=CEO");
        check(kept, gone, &[("company", Take::Gone)], "company=Mills; title=CEO");
        let (one, other) = ("company=Looms; company_id=01", "company=Mills; company_id=02");
        check(one, other, &[("company", Take::Gone)], other);
        check(one, other, &[("company", Take::Kept)], one);
        let both = [("company", Take::Gone), ("title", Take::Kept)];
        check(kept, gone, &both, "company=Mills; title=CTO");
        check("", "title=CEO", &[("title", Take::Kept)], "");
        check("title=CEO", "", &[("title", Take::Gone)], "");
    }

    #[test]
    fn words_that_are_no_fields_are_refused() {
        for word in ["first_name", "city", "custom.shoe size", "email"] {
            check_word(word).unwrap();
        }
        for word in ["", "id", "custom.", "merged_into", "company_id"] {
            check_word(word).unwrap_err();
        }
    }
}

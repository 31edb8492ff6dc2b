use crate::value::{CellKind, is_email, is_url};

/// What the values of a column look like, in percent of those that are not blank.
#[derive(Default)]
pub(super) struct Looks {
    pub(super) values: usize,
    pub(super) email: usize,
    pub(super) url: usize,
    pub(super) linkedin_person: usize,
    pub(super) linkedin_company: usize,
    pub(super) host: usize,
    pub(super) phone: usize,
    /// Phone numbers with a plus sign or in groups, which no other number is.
    pub(super) written_phone: usize,
    pub(super) number: usize,
    pub(super) salutation: usize,
    pub(super) legal_form: usize,
    pub(super) person: usize,
}

pub(super) fn share(part: usize, whole: usize) -> usize {
    (part * 100).checked_div(whole).unwrap_or(0)
}

pub(super) fn look<'a>(values: impl Iterator<Item = &'a str>) -> Looks {
    let mut looks = Looks::default();
    for value in values {
        let lower = value.to_lowercase();
        let digits = value.bytes().filter(u8::is_ascii_digit).count();
        let letters = value.chars().filter(|c| c.is_alphabetic()).count();
        let linkedin = lower.contains("linkedin.com/");
        looks.values += 1;
        looks.email += usize::from(is_email(value));
        looks.url += usize::from(is_url(value) || linkedin);
        looks.linkedin_company += usize::from(
            linkedin && ["/company/", "/school/", "/showcase/"].iter().any(|p| lower.contains(p)),
        );
        looks.linkedin_person += usize::from(
            linkedin
                && ["/in/", "/pub/", "/sales/lead", "/sales/people"]
                    .iter()
                    .any(|p| lower.contains(p)),
        );
        looks.host += usize::from(is_host(&lower));
        looks.phone += usize::from(digits >= 6 && letters <= 5 && !value.contains('@'));
        looks.written_phone += usize::from(CellKind::of(value) == CellKind::Phone);
        looks.number += usize::from(digits > 0 && letters == 0);
        looks.salutation += usize::from(is_salutation(&lower));
        looks.legal_form += usize::from(has_legal_form(&lower));
        let spaced = value.split_whitespace().count();
        looks.person += usize::from((1..=4).contains(&spaced) && digits == 0 && letters > 1);
    }
    looks
}

fn is_host(lower: &str) -> bool {
    lower.contains('.') && !lower.contains('@') && !lower.trim().contains(' ')
}

fn is_salutation(lower: &str) -> bool {
    const WORDS: [&str; 30] = [
        "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "madam", "herr", "frau", "herrn",
        "monsieur", "madame", "m", "mme", "mlle", "sr", "sra", "srta", "señor", "señora", "sig",
        "dott", "dipl", "ing", "dhr", "mevr", "rev", "hr",
    ];
    lower.split([' ', '.', '-', '/']).filter(|w| !w.is_empty()).all(|w| WORDS.contains(&w))
        && !lower.is_empty()
}

fn has_legal_form(lower: &str) -> bool {
    const FORMS: [&str; 30] = [
        "inc",
        "llc",
        "ltd",
        "gmbh",
        "corp",
        "corporation",
        "limited",
        "plc",
        "ag",
        "sa",
        "sarl",
        "sas",
        "bv",
        "nv",
        "srl",
        "spa",
        "oy",
        "ab",
        "as",
        "aps",
        "kg",
        "co",
        "company",
        "llp",
        "pty",
        "pvt",
        "lda",
        "sl",
        "group",
        "holdings",
    ];
    let plain = lower.replace('.', "");
    let mut parts = plain.split([' ', ',']).filter(|w| !w.is_empty());
    parts.next().is_some() && parts.any(|w| FORMS.contains(&w))
}

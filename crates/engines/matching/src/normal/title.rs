use super::words::{fold_words, words};

/// Abbreviations of job titles and what they stand for.
const ABBREVIATIONS: &[(&str, &str)] = &[
    ("acct", "account"),
    ("admin", "administrator"),
    ("asst", "assistant"),
    ("assoc", "associate"),
    ("avp", "assistant vice president"),
    ("biz", "business"),
    ("bdm", "business development manager"),
    ("bdr", "business development representative"),
    ("ceo", "chief executive officer"),
    ("cfo", "chief financial officer"),
    ("cio", "chief information officer"),
    ("ciso", "chief information security officer"),
    ("cmo", "chief marketing officer"),
    ("coo", "chief operating officer"),
    ("cpo", "chief product officer"),
    ("cro", "chief revenue officer"),
    ("cto", "chief technology officer"),
    ("dev", "developer"),
    ("dir", "director"),
    ("eng", "engineer"),
    ("engr", "engineer"),
    ("evp", "executive vice president"),
    ("exec", "executive"),
    ("gm", "general manager"),
    ("hr", "human resources"),
    ("jr", "junior"),
    ("md", "managing director"),
    ("mgr", "manager"),
    ("mktg", "marketing"),
    ("mngr", "manager"),
    ("ops", "operations"),
    ("pm", "project manager"),
    ("pr", "public relations"),
    ("prez", "president"),
    ("rep", "representative"),
    ("sdr", "sales development representative"),
    ("sr", "senior"),
    ("svp", "senior vice president"),
    ("tech", "technology"),
    ("vp", "vice president"),
];
/// Words that say nothing.
const FILLERS: &[&str] = &["of", "the", "and", "for", "at", "in"];

/// A job title with its abbreviations written out: `Sr. VP of Mktg` → `senior vice president marketing`.
pub(super) fn title(value: &str) -> String {
    let folded = fold_words(value);
    let mut out = String::with_capacity(folded.len());
    for word in words(&folded).filter(|word| !FILLERS.contains(word)) {
        let known = ABBREVIATIONS.iter().find(|(short, _)| *short == word);
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(known.map_or(word, |(_, long)| *long));
    }
    if out.is_empty() { folded } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_are_written_out() {
        for (value, expected) in [
            ("Sr. VP of Mktg", "senior vice president marketing"),
            ("CEO & Founder", "chief executive officer founder"),
            ("Head of", "head"),
            ("of", "of"),
        ] {
            assert_eq!(title(value), expected);
        }
    }
}

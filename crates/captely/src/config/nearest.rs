/// The edits beyond which two names are not mistaken for each other.
const EDITS_MAX: usize = 3;

/// The known name that `wanted` most probably means.
pub(crate) fn nearest<'k>(
    wanted: &str,
    known: impl IntoIterator<Item = &'k str>,
) -> Option<&'k str> {
    let allowed = EDITS_MAX.min(wanted.chars().count() / 2);
    known
        .into_iter()
        .map(|name| {
            (strsim::damerau_levenshtein(&wanted.to_lowercase(), &name.to_lowercase()), name)
        })
        .filter(|(edits, _)| *edits <= allowed)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_mistakes_and_strangers() {
        let known = ["stop_at", "retries", "order"];
        assert_eq!(nearest("stop_att", known), Some("stop_at"));
        assert_eq!(nearest("retires", known), Some("retries"));
        assert_eq!(nearest("ORDER", known), Some("order"));
        assert_eq!(nearest("colour_scheme", known), None);
        assert_eq!(nearest("x", known), None);
    }
}

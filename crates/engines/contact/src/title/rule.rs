/// When a title tells something. Patterns are separated by `|`; each is a word or several that follow each
/// other, folded as [`crate::fold`] does (a word that does not fold stands as it is). `word*` is the beginning
/// of a word, `*word` the end of one.
pub(super) struct Rule<T: 'static> {
    /// What the title tells then.
    pub told: T,
    /// One of these has to stand in the title.
    pub words: &'static str,
    /// And one of these, where there are any.
    pub and: &'static str,
    /// None of these may stand there.
    pub but: &'static str,
}

impl<T: Copy> Rule<T> {
    pub(super) const fn of(told: T, words: &'static str) -> Self {
        Self { told, words, and: "", but: "" }
    }

    pub(super) const fn and(self, and: &'static str) -> Self {
        Self { and, ..self }
    }

    pub(super) const fn but(self, but: &'static str) -> Self {
        Self { but, ..self }
    }
}

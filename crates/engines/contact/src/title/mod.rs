//! What a job title tells: `seniority` its rank, `department` its part of the company. Both are lists of rules
//! over words of several languages (`rule`); `index` finds them. A title that says nothing gets nothing.

mod department;
mod index;
mod rule;
mod seniority;

pub use department::Department;
pub use seniority::Seniority;

/// An enum whose variants have a word in columns and settings, and further words that people write for them in
/// a column of their own, folded: `CLevel = "c_level" | "csuite"`.
macro_rules! named {
    ($(#[$doc:meta])+ pub enum $name:ident {
        $($(#[$of:meta])+ $variant:ident = $word:literal $(| $label:literal)*),+ $(,)?
    }) => {
        $(#[$doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$of])+ $variant),+ }

        impl $name {
            /// All words that name one.
            pub(super) const LABELS: &[(Self, &[&str])] =
                &[$((Self::$variant, &[$word $(, $label)*])),+];

            /// The word in columns and settings.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    };
}
use named;

/// Rank and department that the words of a title tell, each none where they tell nothing: `VP Sales` is a vice
/// president of sales, `Assistant to the CEO` no chief.
pub fn title_tells(title: &str) -> (Option<Seniority>, Option<Department>) {
    index::INDEX.title(title)
}

/// The same of an entry in a column for ranks or departments: `C-Suite`, `human_resources`, `Entry level`.
pub fn label_tells(label: &str) -> (Option<Seniority>, Option<Department>) {
    index::INDEX.label(label)
}

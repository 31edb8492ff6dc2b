//! The usual levels of each kind of field, with chances to start from.
//!
//! The chances are our own estimates for lists of business contacts, rounded; what matters is their order
//! of size. [`crate::fit`] replaces them by what a table itself tells.

use super::{Chances, Kind, Level, Test};

/// (test, m, u, frequency)
type Row = (Test, f64, f64, f64);

pub(super) fn levels(kind: Kind) -> Vec<Level> {
    use Test::{
        Contained, Edits, End, Exact, FirstNumber, Initial, JaroWinkler, LocalPart, Nickname,
        Turned, Within, Words,
    };
    let rows: &[Row] = match kind {
        Kind::GivenName => &[
            (Exact, 0.80, 0.004, 1.0),
            (Nickname, 0.06, 0.002, 0.0),
            (JaroWinkler(0.92), 0.05, 0.003, 0.0),
            (Initial, 0.03, 0.005, 0.0),
            (JaroWinkler(0.88), 0.02, 0.003, 0.0),
            (JaroWinkler(0.7), 0.02, 0.03, 0.0),
        ],
        Kind::FamilyName => &[
            (Exact, 0.88, 0.001, 1.0),
            (JaroWinkler(0.92), 0.06, 0.002, 0.0),
            (Contained, 0.01, 0.0005, 0.0),
            (JaroWinkler(0.88), 0.02, 0.003, 0.0),
            (JaroWinkler(0.7), 0.01, 0.03, 0.0),
        ],
        Kind::Company | Kind::Title | Kind::Text => &[
            (Exact, 0.60, 0.001, 1.0),
            (Words(0.8), 0.15, 0.0005, 0.0),
            (Contained, 0.06, 0.001, 0.0),
            (Words(0.5), 0.05, 0.004, 0.0),
        ],
        Kind::Place => &[
            (Exact, 0.75, 0.02, 1.0),
            (JaroWinkler(0.9), 0.06, 0.005, 0.0),
            (Words(0.5), 0.04, 0.01, 0.0),
        ],
        Kind::Email => &[
            (Exact, 0.60, 0.000_002, 0.5),
            (Edits(1), 0.06, 0.000_002, 0.0),
            (LocalPart, 0.10, 0.000_1, 0.0),
            (JaroWinkler(0.9), 0.06, 0.002, 0.0),
        ],
        Kind::Domain => &[(Exact, 0.70, 0.001, 1.0), (JaroWinkler(0.9), 0.05, 0.005, 0.0)],
        Kind::Phone => &[
            (Exact, 0.70, 0.000_01, 0.5),
            (End(8), 0.08, 0.000_01, 0.0),
            (Edits(1), 0.07, 0.000_01, 0.0),
            (Edits(2), 0.03, 0.000_1, 0.0),
        ],
        Kind::Profile => &[(Exact, 0.90, 0.000_001, 0.5), (Edits(1), 0.02, 0.000_01, 0.0)],
        Kind::Date => &[
            (Exact, 0.80, 0.000_1, 0.5),
            (Edits(1), 0.10, 0.001, 0.0),
            (Turned, 0.02, 0.000_1, 0.0),
            (Within(31.0), 0.01, 0.002, 0.0),
            (Within(366.0), 0.01, 0.02, 0.0),
            (Edits(2), 0.03, 0.01, 0.0),
            (Within(3_653.0), 0.01, 0.2, 0.0),
        ],
        Kind::Number => &[(Exact, 0.80, 0.01, 1.0)],
        Kind::Postcode => &[
            (Exact, 0.75, 0.002, 1.0),
            (Edits(1), 0.10, 0.004, 0.0),
            (Test::Start(3), 0.03, 0.02, 0.0),
        ],
        Kind::Address => &[
            (Exact, 0.60, 0.000_1, 0.5),
            (Words(0.8), 0.15, 0.000_1, 0.0),
            (Words(0.5), 0.12, 0.001, 0.0),
            (FirstNumber, 0.03, 0.008, 0.0),
        ],
        Kind::Code => &[(Exact, 0.85, 0.000_001, 0.5), (Edits(1), 0.08, 0.000_01, 0.0)],
    };
    let level = |&(test, m, u, frequency): &Row| Level {
        test,
        field: 0,
        chances: Chances { m, u },
        frequency,
        neutral: false,
    };
    rows.iter().map(level).collect()
}

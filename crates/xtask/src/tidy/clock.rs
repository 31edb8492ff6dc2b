//! Time and chance are arguments.

use crate::house::House;
use crate::report::{Rule, Violation};

pub(crate) const RULE: Rule = Rule {
    name: "clock",
    why: "what reads a clock or draws a number by itself cannot be replayed or moved by a test",
    check,
};

/// Calls that read the real clock.
const CLOCKS: &[&str] =
    &["SystemTime::now", "Utc::now", "Local::now", "Timestamp::now", "Zoned::now", "Uuid::now_v7"];

/// Calls that draw from the machine's own chance.
const CHANCE: &[&str] = &[
    "rand::rng",
    "rand::random",
    "thread_rng",
    "getrandom::fill",
    "OsRng",
    "SysRng",
    "from_os_rng",
    "Uuid::new_v4",
    "fastrand",
];

/// The rooms that hold the one real clock and the one real generator; and the test kit, whose
/// throwaway databases need names that no other process uses.
fn is_room(path: &str) -> bool {
    ["crates/testkit/src", "crates/platform/src/clock", "crates/platform/src/chance"]
        .iter()
        .any(|room| path.strip_prefix(room).is_some_and(|rest| rest.starts_with(['.', '/'])))
}

fn check(house: &House) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in house.rust().filter(|file| !is_room(&file.path) && !super::is_rule(&file.path)) {
        let source = file.source();
        let clocks = CLOCKS.iter().map(|word| (word, "take a Timestamp or a Clock as an argument"));
        let chance = CHANCE.iter().map(|word| (word, "take a seed or a generator as an argument"));
        for (word, todo) in clocks.chain(chance) {
            for line in source.lines_with(word) {
                let what = format!("calls `{word}`");
                let todo =
                    format!("{todo}; platform::clock and platform::chance hold the real ones");
                found.push(Violation::at(&file.path, line, what, todo));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::planted::Planted;

    #[test]
    fn clocks_and_chance_outside_their_rooms_are_found() {
        let text = "let a = std::time::SystemTime::now();\n// rand::rng()\nlet b = rand::rng();\n\
                    let c = rand::rngs::StdRng::seed_from_u64(1);\nlet d = Instant::now();\n";
        let tree = Planted::new()
            .file("crates/engines/verify/src/smtp.rs", text)
            .file("crates/platform/src/clock.rs", text)
            .file("crates/platform/src/chance/real.rs", text)
            .file("crates/platform/src/clockwork.rs", "Utc::now();");
        let found = super::check(&tree.house());
        let seen: Vec<_> = found.iter().map(|v| (v.path.as_str(), v.line)).collect();
        assert_eq!(
            seen,
            [
                ("crates/engines/verify/src/smtp.rs", Some(1)),
                ("crates/engines/verify/src/smtp.rs", Some(3)),
                ("crates/platform/src/clockwork.rs", Some(1)),
            ]
        );
    }
}

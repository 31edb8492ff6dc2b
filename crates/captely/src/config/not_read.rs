use super::layers::Layers;

/// Variables that people bring along from a system of other parts, and what stands in their place here.
/// Nothing reads them; `captely doctor` says so, for who sets one expects something of it.
const NOT_READ: &[(&str, &str)] = &[
    ("REDIS_URL", "limits, queues and events are kept in the database"),
    ("MONGO_URL", "all data is in the one database of DATABASE_URL"),
];

/// A variable that is set and that nothing reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotRead {
    /// Its name.
    pub variable: &'static str,
    /// What stands in its place.
    pub why: &'static str,
}

pub(super) fn find(layers: &Layers) -> Vec<NotRead> {
    let is_set = |name: &str| layers.variables().any(|(set, _)| set == name);
    let found = NOT_READ.iter().filter(|(name, _)| is_set(name));
    found.map(|&(variable, why)| NotRead { variable, why }).collect()
}

use super::column::Formed;
use super::groups::Groups;
use crate::number::place;

/// The forms of every group, all fields of one group side by side: that is how they are compared.
pub(crate) struct Codes {
    fields: usize,
    all: Vec<u32>,
}

impl Codes {
    pub(super) fn of(columns: &[Formed], groups: &Groups) -> Self {
        let mut all = Vec::with_capacity(groups.len().saturating_mul(columns.len()));
        for row in groups.firsts() {
            all.extend(columns.iter().map(|column| column.of_row(row)));
        }
        Self { fields: columns.len(), all }
    }

    /// The forms of a group in the order of the fields; 0 where nothing is known.
    pub(crate) fn group(&self, group: u32) -> &[u32] {
        let start = place(group).saturating_mul(self.fields);
        self.all.get(start..start.saturating_add(self.fields)).unwrap_or_default()
    }

    /// The form of a group in one field.
    pub(crate) fn code(&self, group: u32, field: usize) -> u32 {
        self.group(group).get(field).copied().unwrap_or_default()
    }
}

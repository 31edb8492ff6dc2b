use captely_tabular::value::{DateOrder, Unit, date_order, unit_of};

/// What the values of a column have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnFacts {
    /// Which of two numbers is the day, in its dates.
    pub date_order: DateOrder,
    /// What its name says of its numbers.
    pub unit: Unit,
}

impl ColumnFacts {
    /// Of each column, from its name and from the rows at hand, which may have any width.
    pub fn find(header: &[String], rows: &[Vec<String>]) -> Vec<Self> {
        let of = |(at, name): (usize, &String)| {
            let values = rows.iter().filter_map(|row| row.get(at)).map(String::as_str);
            Self { date_order: date_order(values), unit: unit_of(name) }
        };
        header.iter().enumerate().map(of).collect()
    }
}

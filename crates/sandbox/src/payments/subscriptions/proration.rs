//! Proration: what is given back for the rest of a period, and what is asked for it.

use serde_json::Value;

use super::super::members::Members as _;

/// One correction: an item as it was (given back) or as it is now (asked for).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    pub(super) item: Value,
    /// In the smallest unit; negative for what is given back.
    pub(super) amount: i64,
    pub(super) description: String,
}

/// The corrections when items change at `at` within `period`. What is the same on both sides is left out.
pub(super) fn parts(before: &[Value], after: &[Value], at: i64, period: (i64, i64)) -> Vec<Part> {
    let same = |one: &Value, other: &Value| {
        ["id", "quantity"].iter().all(|name| one.get(*name) == other.get(*name))
            && one.at("/price/id") == other.at("/price/id")
    };
    let only = |these: &[Value], those: &[Value]| -> Vec<Value> {
        let differs = |item: &&Value| !those.iter().any(|other| same(item, other));
        these.iter().filter(differs).cloned().collect()
    };
    let mut all = Vec::new();
    for item in only(before, after) {
        all.push(Part {
            amount: -share(cost(&item), at, period),
            description: format!("Unused time of {} × {}", item.int("quantity"), price_id(&item)),
            item,
        });
    }
    for item in only(after, before) {
        all.push(Part {
            amount: share(cost(&item), at, period),
            description: format!(
                "Remaining time of {} × {}",
                item.int("quantity"),
                price_id(&item)
            ),
            item,
        });
    }
    all
}

/// What is given back for everything that was paid for and not used.
pub(super) fn unused(items: &[Value], at: i64, period: (i64, i64)) -> Vec<Part> {
    parts(items, &[], at, period)
}

fn cost(item: &Value) -> i64 {
    item.at("/price").int("unit_amount").saturating_mul(item.int("quantity"))
}

fn price_id(item: &Value) -> String {
    item.at("/price").text("id").to_owned()
}

/// The share of `amount` for the seconds from `at` to the end of the period, rounded to the nearest unit.
pub(super) fn share(amount: i64, at: i64, (start, end): (i64, i64)) -> i64 {
    let whole = i128::from(end - start);
    if whole <= 0 {
        return 0;
    }
    let left = i128::from((end - at).clamp(0, end - start));
    let twice = 2 * i128::from(amount) * left + whole;
    i64::try_from(twice.div_euclid(2 * whole)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_by_the_second_and_rounded() {
        assert_eq!(share(4_900, 0, (0, 100)), 4_900);
        assert_eq!(share(4_900, 50, (0, 100)), 2_450);
        assert_eq!(share(4_900, 100, (0, 100)), 0);
        assert_eq!(share(1, 50, (0, 100)), 1, "half is rounded up");
        assert_eq!(share(100, 1, (0, 3)), 67);
        assert_eq!(share(100, 0, (5, 5)), 0);
    }
}

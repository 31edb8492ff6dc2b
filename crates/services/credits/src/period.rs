//! Days of which usage is told.

use std::fmt;

use captely_contact::Timestamp;

use crate::account::day_of;
use crate::usage::UsedOn;

/// Days that are told of where nothing is said.
const DAYS: i64 = 30;

/// From a day to a day (UTC), both inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub(crate) from: i64,
    pub(crate) to: i64,
}

/// Two texts are no period: a sentence that begins with the name of the one at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// No day.
    #[error("{field} is not a day such as 2026-01-31")]
    NoDay {
        /// `from` or `to`.
        field: &'static str,
    },
    /// The wrong way round.
    #[error("from is later than to")]
    Reversed,
}

impl PeriodError {
    /// `from` or `to`.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::NoDay { field } => field,
            Self::Reversed => "from",
        }
    }
}

impl Period {
    /// From days such as `2026-01-31`: up to the day of `now` where no last one is said, and of 30 days where no
    /// first one is.
    pub fn of_days(
        from: Option<&str>,
        to: Option<&str>,
        now: Timestamp,
    ) -> Result<Self, PeriodError> {
        let to = to.map_or(Ok(day_of(now)), |text| day("to", text))?;
        let from = from.map_or(Ok(to.saturating_sub(DAYS - 1)), |text| day("from", text))?;
        if from > to { Err(PeriodError::Reversed) } else { Ok(Self { from, to }) }
    }
}

fn day(field: &'static str, text: &str) -> Result<i64, PeriodError> {
    let is_date = text.len() == "2026-01-31".len();
    let moment = format!("{text}T00:00:00Z").parse::<Timestamp>().ok().filter(|_| is_date);
    moment.map(day_of).ok_or(PeriodError::NoDay { field })
}

/// `2026-01-01 to 2026-01-31`.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", UsedOn::Day(self.from), UsedOn::Day(self.to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_and_shown() {
        let now: Timestamp = "2026-03-01T23:59:59Z".parse().unwrap();
        let of = |from, to| Period::of_days(from, to, now).map(|period| period.to_string());
        assert_eq!(of(None, None).unwrap(), "2026-01-31 to 2026-03-01");
        assert_eq!(of(None, Some("2026-01-31")).unwrap(), "2026-01-02 to 2026-01-31");
        let day = Some("2026-01-31");
        assert_eq!(of(day, day).unwrap(), "2026-01-31 to 2026-01-31");
        assert_eq!(of(day, Some("2026-01-30")), Err(PeriodError::Reversed));
        for bad in ["", "2026-02-30", "yesterday", "2026-01-01T00:00:00Z", "2026-1-01"] {
            assert_eq!(of(Some(bad), None), Err(PeriodError::NoDay { field: "from" }), "{bad}");
        }
    }
}

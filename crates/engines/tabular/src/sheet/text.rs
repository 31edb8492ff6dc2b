use calamine::{DataRef, ExcelDateTime};

/// Writes a value as text: numbers without `.0` or exponent, dates as ISO 8601, durations as
/// `hours:minutes:seconds`, truth values as `true` and `false`. `false` for an error value, which is
/// left empty.
pub(super) fn write(value: &DataRef<'_>, out: &mut String) -> bool {
    match value {
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            out.push_str(text);
        }
        DataRef::SharedString(text) => out.push_str(text),
        DataRef::Int(number) => out.push_str(&number.to_string()),
        // Rust writes a float in full, without exponent and without a needless `.0`.
        DataRef::Float(number) => out.push_str(&number.to_string()),
        DataRef::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        DataRef::DateTime(moment) => out.push_str(&date(*moment)),
        DataRef::Error(_) => return false,
        DataRef::Empty => {}
    }
    true
}

/// `2024-03-15`, `2024-03-15T09:30:00`, `09:30:00` for a time without a day.
fn date(moment: ExcelDateTime) -> String {
    if moment.is_duration() {
        return duration(moment.as_f64());
    }
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    // Excel rounds to the second; half a second more is the next one in all but name.
    let time = if milli == 0 {
        format!("{hour:02}:{minute:02}:{second:02}")
    } else {
        format!("{hour:02}:{minute:02}:{second:02}.{milli:03}")
    };
    let serial = moment.as_f64();
    if (0.0..1.0).contains(&serial) {
        return time;
    }
    if serial.fract() == 0.0 {
        return format!("{year:04}-{month:02}-{day:02}");
    }
    format!("{year:04}-{month:02}-{day:02}T{time}")
}

/// A duration in days as hours, minutes and seconds.
fn duration(days: f64) -> String {
    let seconds = (days.abs() * 86_400.0).round();
    let sign = if days < 0.0 { "-" } else { "" };
    let hours = (seconds / 3_600.0).floor();
    let minutes = ((seconds - hours * 3_600.0) / 60.0).floor();
    let rest = seconds - hours * 3_600.0 - minutes * 60.0;
    format!("{sign}{hours:02.0}:{minutes:02.0}:{rest:02.0}")
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType::{DateTime, TimeDelta};

    use super::*;

    #[track_caller]
    fn check(value: &DataRef<'_>, expected: &str) {
        let mut out = String::new();
        write(value, &mut out);
        assert_eq!(out, expected, "{value:?}");
    }

    #[test]
    fn values_become_text() {
        check(&DataRef::Float(42.0), "42");
        check(&DataRef::Float(9.87654e9), "9876540000");
        check(&DataRef::Float(0.1), "0.1");
        check(&DataRef::DateTime(ExcelDateTime::new(45_366.0, DateTime, false)), "2024-03-15");
        check(
            &DataRef::DateTime(ExcelDateTime::new(45_366.5, DateTime, false)),
            "2024-03-15T12:00:00",
        );
        check(&DataRef::DateTime(ExcelDateTime::new(43_904.0, DateTime, true)), "2024-03-15");
        check(&DataRef::DateTime(ExcelDateTime::new(0.5, DateTime, false)), "12:00:00");
        check(&DataRef::DateTime(ExcelDateTime::new(1.5, TimeDelta, false)), "36:00:00");
        check(&DataRef::Bool(true), "true");
        let mut out = String::new();
        assert!(!write(&DataRef::Error(calamine::CellErrorType::NA), &mut out));
        assert_eq!(out, "");
    }
}

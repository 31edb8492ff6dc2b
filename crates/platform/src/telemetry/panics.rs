use std::panic::{self, PanicHookInfo};
use std::time::Duration;

use super::PANIC_TARGET;
use super::error_reports::ErrorReports;

/// How long a thread that panics waits for its report to be sent.
const PATIENCE: Duration = Duration::from_secs(2);

/// Has panics logged as errors of [`PANIC_TARGET`] and reported, and then told on standard error as
/// ever.
pub(super) fn install(reports: Option<ErrorReports>) {
    let next = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        log(panic);
        if let Some(reports) = &reports {
            reports.panicked(panic, PATIENCE);
        }
        next(panic);
    }));
}

fn log(panic: &PanicHookInfo<'_>) {
    let message = panic.payload_as_str().unwrap_or("a panic without words");
    let place = panic.location().map(ToString::to_string);
    tracing::error!(target: PANIC_TARGET, place, thread = std::thread::current().name(), "{message}");
}

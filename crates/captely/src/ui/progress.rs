use std::io::{IsTerminal, stderr};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How often the bar is drawn, per second.
const FRAMES_PER_SECOND: u8 = 5;

/// A progress bar on standard error; silent where standard error is no terminal or where output is
/// for machines.
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A bar over `total` rows; `None` where the count is not known (a spinner with a counter).
    pub fn rows(total: Option<u64>, quiet: bool) -> Self {
        Self::of("rows", total, quiet)
    }

    /// The same over something else than rows; `what` is a noun.
    pub fn of(what: &str, total: Option<u64>, quiet: bool) -> Self {
        let target = if quiet || !stderr().is_terminal() {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr_with_hz(FRAMES_PER_SECOND)
        };
        let bar = ProgressBar::with_draw_target(total, target);
        let template = if total.is_some() {
            format!(
                "{{bar:30}} {{human_pos}}/{{human_len}} {what}  {{msg}}  {{elapsed}}, {{eta}} left"
            )
        } else {
            format!("{{spinner}} {{human_pos}} {what}  {{msg}}  {{elapsed}}")
        };
        // The templates are ours; were one faulty, the plain style would stand in.
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(1_000 / u64::from(FRAMES_PER_SECOND)));
        Self { bar }
    }

    /// So many rows are done, out of those already known.
    pub fn set(&self, done: u64) {
        self.bar.set_position(done);
    }

    /// `n` more rows are done.
    pub fn add(&self, n: u64) {
        self.bar.inc(n);
    }

    /// The words beside the counter, such as what was found and spent so far.
    pub fn say(&self, words: impl Into<String>) {
        self.bar.set_message(words.into());
    }

    /// Runs `print` with the bar out of the way, so that lines do not mix.
    pub fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}

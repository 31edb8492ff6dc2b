use crate::commands::runtime::Stops;
use crate::exit::CliError;

/// What a person does to stop the command, and what they are told then.
pub(super) struct Interrupt<'a> {
    stops: Stops,
    /// The command that continues.
    again: &'a str,
}

impl<'a> Interrupt<'a> {
    /// Listens from now on.
    pub(super) fn listen(again: &'a str) -> Result<Self, CliError> {
        Ok(Self { stops: Stops::listen()?, again })
    }

    /// Waits for Ctrl-C, or the next one.
    pub(super) async fn asked(&mut self) {
        self.stops.next().await;
    }

    /// What `work` gives, unless Ctrl-C comes first. Only for work that may be dropped at any point.
    pub(super) async fn unless<T>(
        &mut self,
        doing: &str,
        work: impl Future<Output = Result<T, CliError>>,
    ) -> Result<T, CliError> {
        tokio::select! {
            done = work => done,
            () = self.stops.next() => Err(self.stopped(&format!("while {doing}"))),
        }
    }

    /// The failure that says where the command stopped and how to go on.
    pub(super) fn stopped(&self, place: &str) -> CliError {
        CliError::interrupted(format!("stopped {place}; what was done is kept"))
            .try_this(format!("the same command continues there: {}", self.again))
    }
}

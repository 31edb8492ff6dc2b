//! The asynchronous runtime, made only by commands that need one: `--help` starts without it.

use std::future::Future;

use tokio::signal::unix::{SignalKind, signal};

use crate::exit::CliError;

/// Runs `work` to its end on all cores.
pub fn block_on<T>(work: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime =
        runtime.map_err(|why| CliError::internal(format!("no worker threads can start: {why}")))?;
    let result = runtime.block_on(work);
    // Name look-ups on blocking threads cannot be stopped; the program does not wait for them.
    runtime.shutdown_background();
    result
}

/// Ends when the user presses Ctrl-C or the system asks the program to stop. Signals count from the
/// call on, not from the first poll.
pub fn stop_asked() -> impl Future<Output = Result<(), CliError>> + Send {
    let listen = |kind| {
        signal(kind).map_err(|why| CliError::internal(format!("cannot listen for signals: {why}")))
    };
    let interrupt = listen(SignalKind::interrupt());
    let terminate = listen(SignalKind::terminate());
    async move {
        let (mut interrupt, mut terminate) = (interrupt?, terminate?);
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        Ok(())
    }
}

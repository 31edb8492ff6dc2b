//! The asynchronous runtime, made only by commands that need one: `--help` starts without it.

use std::future::Future;

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::exit::CliError;

/// Runs `work` to its end on all cores.
pub fn block_on<T>(work: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime =
        runtime.map_err(|why| CliError::internal(format!("no worker threads can start: {why}")))?;
    let result = runtime.block_on(async {
        // Listened to and otherwise left alone: a file over the shell's limit is then an error of
        // writing, as a full disk is, and not the end of the program.
        let over_limit = SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw());
        let _listening = signal(over_limit);
        work.await
    });
    // Name look-ups on blocking threads cannot be stopped; the program does not wait for them.
    runtime.shutdown_background();
    result
}

/// Ctrl-C and the system's requests to stop, as often as they come. They count from
/// [`Stops::listen`] on, not from the first wait.
#[derive(Debug)]
pub struct Stops {
    interrupt: Signal,
    terminate: Signal,
}

impl Stops {
    /// Listens from now on; call it inside a runtime.
    pub fn listen() -> Result<Self, CliError> {
        let listen = |kind| {
            signal(kind)
                .map_err(|why| CliError::internal(format!("cannot listen for signals: {why}")))
        };
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
        })
    }

    /// Waits for the next one. A wait that is given up loses none.
    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Ends when the user presses Ctrl-C or the system asks the program to stop. Signals count from the
/// call on, not from the first poll.
pub fn stop_asked() -> impl Future<Output = Result<(), CliError>> + Send {
    let stops = Stops::listen();
    async move {
        stops?.next().await;
        Ok(())
    }
}

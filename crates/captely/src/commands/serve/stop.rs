use std::future::Future;

use tokio::sync::watch;

use crate::commands::runtime::Stops;
use crate::exit::CliError;

/// Tells everybody who waits how often the process was told to stop.
pub(super) struct Stop(watch::Receiver<u32>);

impl Stop {
    /// Listens from now on; call it inside a runtime.
    pub(super) fn listen() -> Result<Self, CliError> {
        let mut stops = Stops::listen()?;
        let (tell, told) = watch::channel(0_u32);
        tokio::spawn(async move {
            loop {
                stops.next().await;
                tell.send_modify(|times| *times = times.saturating_add(1));
            }
        });
        Ok(Self(told))
    }

    /// The first time: the process is to end in order.
    pub(super) fn first(&self) -> impl Future<Output = ()> + Send + 'static {
        self.time(1)
    }

    /// The second time: whoever stops it does not want to wait.
    pub(super) fn second(&self) -> impl Future<Output = ()> + Send + 'static {
        self.time(2)
    }

    fn time(&self, number: u32) -> impl Future<Output = ()> + Send + 'static {
        let mut told = self.0.clone();
        async move {
            // An error means that the runtime ends, and we with it.
            let _told = told.wait_for(|times| *times >= number).await;
        }
    }
}

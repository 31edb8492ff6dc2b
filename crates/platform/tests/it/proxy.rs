use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What the line between a program and its database does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// Passes everything on.
    Up,
    /// Is cut: connections break, and new ones break at once.
    Cut,
    /// Is silent: connections stay, and nothing arrives.
    Mute,
}

/// A line on loopback that a test can cut.
pub(crate) struct Proxy {
    line: watch::Sender<Line>,
    url: String,
}

impl Proxy {
    /// Before the server of `url` (`postgres://user@host:port/database`).
    pub(crate) async fn before(url: &str) -> Self {
        let (start, rest) = url.split_once('@').unwrap();
        let (server, end) = rest.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("{start}@{}/{end}", listener.local_addr().unwrap());
        let (line, states) = watch::channel(Line::Up);
        let server = server.to_owned();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, server.clone(), states.clone()));
            }
        });
        Self { line, url }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn set(&self, line: Line) {
        self.line.send_replace(line);
    }
}

async fn pass(mut client: TcpStream, server: String, mut states: watch::Receiver<Line>) {
    if *states.borrow() == Line::Cut {
        return;
    }
    let Ok(mut server) = TcpStream::connect(server).await else { return };
    loop {
        let state = *states.borrow_and_update();
        match state {
            Line::Cut => return,
            Line::Mute => {
                if states.changed().await.is_err() {
                    return;
                }
            }
            Line::Up => tokio::select! {
                _ended = copy_bidirectional(&mut client, &mut server) => return,
                changed = states.changed() => if changed.is_err() { return },
            },
        }
    }
}

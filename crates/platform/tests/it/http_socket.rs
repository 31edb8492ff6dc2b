use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::http_app::App;
use crate::http_client::PATIENCE;

/// The key is that of the example in RFC 6455 §1.3.
pub(crate) const UPGRADE: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// The other end of a WebSocket (RFC 6455 §5.2), as far as these tests need it.
pub(crate) struct Socket {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Socket {
    pub(crate) async fn open(app: &App, query: &str, lines: &str) -> Self {
        let mut stream = app.connect().await;
        let text = format!("GET /api/ws{query} HTTP/1.1\r\nHost: t\r\n{lines}{UPGRADE}\r\n");
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut read = Vec::new();
        while !read.windows(4).any(|four| four == b"\r\n\r\n") {
            assert!(
                stream.read_buf(&mut read).await.unwrap() > 0,
                "{}",
                String::from_utf8_lossy(&read)
            );
        }
        let end = read.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        let head = String::from_utf8(read.drain(..end).collect()).unwrap();
        // The accept value of the example in RFC 6455 §1.3.
        assert!(
            head.starts_with("HTTP/1.1 101 ") && head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
            "{head}"
        );
        let mut socket = Self { stream, read };
        let opened = socket.json().await;
        assert_eq!(opened["kind"], "stream.opened", "{opened}");
        socket
    }

    /// Opcode and content of the next frame; none at the end.
    pub(crate) async fn try_frame(&mut self) -> Option<(u8, Vec<u8>)> {
        loop {
            if let [first, second, ..] = *self.read.as_slice() {
                let (skip, length) = match usize::from(second & 0x7F) {
                    126 if self.read.len() >= 4 => {
                        (4, usize::from(u16::from_be_bytes([self.read[2], self.read[3]])))
                    }
                    short @ 0..126 => (2, short),
                    _ => (usize::MAX - 70_000, 0),
                };
                if self.read.len() >= skip + length {
                    let content = self.read.drain(..skip + length).skip(skip).collect();
                    return Some((first & 0x0F, content));
                }
            }
            let reading = self.stream.read_buf(&mut self.read);
            match tokio::time::timeout(PATIENCE, reading).await {
                Ok(Ok(1..)) => {}
                Ok(Ok(0) | Err(_)) => return None,
                Err(why) => panic!("no frame comes: {why}"),
            }
        }
    }

    pub(crate) async fn frame(&mut self) -> (u8, Vec<u8>) {
        self.try_frame().await.unwrap()
    }

    pub(crate) async fn json(&mut self) -> Value {
        let (kind, content) = self.frame().await;
        assert_eq!(kind, 1, "{content:?}");
        serde_json::from_slice(&content).unwrap()
    }

    /// Sends a frame with a mask of zeros.
    pub(crate) async fn send(&mut self, kind: u8, content: &[u8]) {
        let mut frame = vec![0x80 | kind];
        if let Ok(short @ 0..126) = u8::try_from(content.len()) {
            frame.push(0x80 | short);
        } else {
            frame.push(0xFE);
            frame.extend(u16::try_from(content.len()).unwrap().to_be_bytes());
        }
        frame.extend([0; 4]);
        frame.extend(content);
        self.stream.write_all(&frame).await.unwrap();
    }
}

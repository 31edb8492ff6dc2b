use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

/// The next line of a client, without its end; `None` when it is gone.
pub(crate) async fn read_line(stream: &mut TcpStream) -> Option<String> {
    let mut line = Vec::new();
    loop {
        match stream.read_u8().await.ok()? {
            b'\n' => return Some(String::from_utf8_lossy(&line).trim_end().to_owned()),
            byte => line.push(byte),
        }
    }
}

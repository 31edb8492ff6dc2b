use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How a SOCKS5 proxy behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SocksManners {
    /// Lets everybody through.
    Open,
    /// Lets `ada` with the password `s@cret` through.
    SignIn,
    /// Answers every CONNECT with this reply (RFC 1928 §6).
    Says(u8),
    /// Hangs up at once.
    HangsUp,
    /// Speaks HTTP.
    Web,
}

/// A SOCKS5 proxy on loopback.
pub(crate) struct Socks {
    pub(crate) at: SocketAddr,
    served: Arc<AtomicUsize>,
}

impl Socks {
    pub(crate) async fn serve(manners: SocksManners) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let at = listener.local_addr().unwrap();
        let served = Arc::<AtomicUsize>::default();
        let counter = Arc::clone(&served);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counter.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(talk(stream, manners));
            }
        });
        Self { at, served }
    }

    /// Connections so far.
    pub(crate) fn served(&self) -> usize {
        self.served.load(Ordering::Relaxed)
    }
}

async fn talk(mut client: TcpStream, manners: SocksManners) -> Option<()> {
    match manners {
        SocksManners::HangsUp => return None,
        SocksManners::Web => return client.write_all(b"HTTP/1.1 400 Bad Request\r\n").await.ok(),
        _ => {}
    }
    assert_eq!(client.read_u8().await.ok()?, 5);
    let count = client.read_u8().await.ok()?;
    let mut methods = vec![0; usize::from(count)];
    client.read_exact(&mut methods).await.ok()?;
    if manners == SocksManners::SignIn {
        if !methods.contains(&2) {
            return client.write_all(&[5, 0xff]).await.ok();
        }
        client.write_all(&[5, 2]).await.ok()?;
        assert_eq!(client.read_u8().await.ok()?, 1);
        let (user, password) = (text(&mut client).await?, text(&mut client).await?);
        let right = (user.as_str(), password.as_str()) == ("ada", "s@cret");
        client.write_all(&[1, u8::from(!right)]).await.ok()?;
        if !right {
            return None;
        }
    } else {
        client.write_all(&[5, 0]).await.ok()?;
    }
    let mut head = [0; 4];
    client.read_exact(&mut head).await.ok()?;
    assert_eq!(head, [5, 1, 0, 1], "CONNECT to an IPv4 address, not to a name");
    let mut ip = [0; 4];
    client.read_exact(&mut ip).await.ok()?;
    let port = client.read_u16().await.ok()?;
    if let SocksManners::Says(reply) = manners {
        return client.write_all(&[5, reply, 0, 1, 0, 0, 0, 0, 0, 0]).await.ok();
    }
    let Ok(mut server) = TcpStream::connect((Ipv4Addr::from(ip), port)).await else {
        return client.write_all(&[5, 5, 0, 1, 0, 0, 0, 0, 0, 0]).await.ok();
    };
    // A bound address of the name kind, which clients have to skip.
    client.write_all(&[5, 0, 0, 3, 4, b'h', b'o', b's', b't', 0, 25]).await.ok()?;
    tokio::io::copy_bidirectional(&mut client, &mut server).await.ok().map(|_| ())
}

async fn text(client: &mut TcpStream) -> Option<String> {
    let length = client.read_u8().await.ok()?;
    let mut bytes = vec![0; usize::from(length)];
    client.read_exact(&mut bytes).await.ok()?;
    String::from_utf8(bytes).ok()
}

//! Whether a failed call can have cost money, told apart over raw TCP.

use std::time::Duration;

use captely_providers::{ANSWER_BYTES_MAX, Http, HttpConfig, HttpError, ProviderError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::loopback::{self, Given, Loopback, about_asha};

/// What a provider's connection does after it was accepted.
#[derive(Clone, Copy)]
enum Does {
    /// Closes at once.
    Close,
    /// Reads the request, then closes.
    ReadAndClose,
    /// Reads the request, then resets the connection.
    ReadAndReset,
    /// Reads the request and never answers.
    ReadAndHang,
    /// Reads the request and sends these bytes, then closes.
    ReadAndSend(&'static [u8]),
    /// Reads the request, sends these bytes and then nothing more.
    ReadSendAndHang(&'static [u8]),
}

async fn server(does: Does) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(act(stream, does));
        }
    });
    format!("http://{at}")
}

async fn act(mut stream: TcpStream, does: Does) {
    if matches!(does, Does::Close) {
        return;
    }
    loopback::read_request(&mut stream, &mut Vec::new()).await;
    match does {
        Does::Close | Does::ReadAndClose => {}
        Does::ReadAndReset => stream.set_zero_linger().unwrap(),
        Does::ReadAndHang => tokio::time::sleep(Duration::from_mins(1)).await,
        Does::ReadAndSend(bytes) => stream.write_all(bytes).await.unwrap(),
        Does::ReadSendAndHang(bytes) => {
            stream.write_all(bytes).await.unwrap();
            tokio::time::sleep(Duration::from_mins(1)).await;
        }
    }
}

/// The error of one question to Hunter, whose one call can cost money.
async fn error_at(base: String) -> ProviderError {
    let mut settings = captely_providers::ProviderSettings::new("a-key");
    settings.base = Some(base);
    let hunter = captely_providers::client("hunter", loopback::http(), &settings).unwrap();
    hunter.ask(&[about_asha()]).await.unwrap_err()
}

#[tokio::test]
async fn a_request_that_went_out_is_in_doubt() {
    const CUT: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"data\": {\"email\"";
    const CHUNK: &[u8] =
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n8\r\n{\"data\":\r\n";
    for (does, what) in [
        (Does::ReadAndClose, "closed without an answer"),
        (Does::ReadAndReset, "reset without an answer"),
        (Does::ReadAndHang, "no answer in time"),
        (Does::ReadAndSend(b"HTTP/1.1 200 OK\r\ncont"), "cut in the head"),
        (Does::ReadAndSend(CUT), "cut in the body"),
        (Does::ReadAndSend(CHUNK), "cut between chunks"),
        (Does::ReadSendAndHang(CUT), "hung in the body"),
        (Does::ReadAndSend(b"220 mail.example ESMTP\r\n"), "not HTTP at all"),
        // The request may or may not have been written before the end was seen.
        (Does::Close, "closed at once"),
    ] {
        let error = error_at(server(does).await).await;
        assert!(matches!(error, ProviderError::NoAnswer { .. }), "{what}: {error:?}");
        assert!(error.in_doubt() && error.is_transient() && error.is_ill_health(), "{what}");
    }
}

#[tokio::test]
async fn a_request_that_never_went_out_costs_nothing() {
    // A port that was just free: refused.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let refused = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    // TLS spoken to something that answers in plain text, or not at all, or hangs up.
    let tls = |base: String| base.replace("http://", "https://");
    let plain = tls(server_without_reading(b"220 mail.example ESMTP\r\n").await);
    let silent = tls(server_without_reading(b"").await);
    let closing = tls(server(Does::Close).await);
    for (base, what) in [
        (refused, "refused"),
        (plain, "no TLS"),
        (silent, "TLS time-out"),
        (closing, "closed in TLS"),
        ("http://no-such-host.invalid".to_owned(), "no such name"),
    ] {
        let error = error_at(base).await;
        assert!(matches!(error, ProviderError::Unreachable { .. }), "{what}: {error:?}");
        assert!(!error.in_doubt() && error.is_transient() && error.is_ill_health(), "{what}");
    }
}

#[tokio::test]
async fn connecting_has_its_own_time_out() {
    // A full accept queue: the kernel leaves further connections waiting.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let at = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    loop {
        let connect = TcpStream::connect(at);
        match tokio::time::timeout(Duration::from_millis(200), connect).await {
            Ok(Ok(stream)) if waiting.len() < 64 => waiting.push(stream),
            Ok(_) => panic!("the accept queue cannot be filled here"),
            Err(_queue_is_full) => break,
        }
    }
    let error = error_at(format!("http://{at}")).await;
    let ProviderError::Unreachable { detail } = error else { panic!("{error:?}") };
    assert_eq!(detail, "no connection within its time");
    drop(listener);
}

/// Accepts, sends bytes without reading anything, and keeps the connection open.
async fn server_without_reading(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                stream.write_all(bytes).await.unwrap();
                let mut sink = Vec::new();
                drop(stream.read_to_end(&mut sink).await);
            });
        }
    });
    format!("http://{at}")
}

#[tokio::test]
async fn an_answer_is_read_up_to_its_cap_and_no_further() {
    const ENDLESS: &[u8] = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let lying =
        server(Does::ReadSendAndHang(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n{"));
    let error = error_at(lying.await).await;
    assert_eq!(
        error.to_string(),
        "gave an answer that cannot be read: the answer is larger than 2 MiB"
    );

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let sent = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        loopback::read_request(&mut stream, &mut Vec::new()).await;
        stream.write_all(ENDLESS).await.unwrap();
        let chunk = [b"10000\r\n".as_slice(), &vec![b' '; 0x10000], b"\r\n"].concat();
        let mut sent = 0_usize;
        while sent < 64 * ANSWER_BYTES_MAX && stream.write_all(&chunk).await.is_ok() {
            sent += 0x10000;
        }
        sent
    });
    let error = error_at(base).await;
    assert!(matches!(error, ProviderError::Garbled { .. }), "{error:?}");
    let sent = sent.await.unwrap();
    assert!(sent < 16 * ANSWER_BYTES_MAX, "{sent} bytes were taken");
}

#[tokio::test]
async fn an_answer_in_many_pieces_is_put_together() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        loopback::read_request(&mut stream, &mut Vec::new()).await;
        stream.write_all(b"HTTP/1.1 404 no\r\ntransfer-encoding: chunked\r\n\r\n").await.unwrap();
        for piece in ["{\"errors\":[{\"id\":", "\"nothing\",", "\"details\":\"for now\"}]}"] {
            let chunk = format!("{:x}\r\n{piece}\r\n", piece.len());
            stream.write_all(chunk.as_bytes()).await.unwrap();
            stream.flush().await.unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        stream.write_all(b"0\r\n\r\n").await.unwrap();
        tokio::time::sleep(Duration::from_secs(5)).await;
    });
    let mut settings = captely_providers::ProviderSettings::new("a-key");
    settings.base = Some(base);
    let hunter = captely_providers::client("hunter", loopback::http(), &settings).unwrap();
    let asked = hunter.ask(&[about_asha()]).await.unwrap();
    let captely_providers::Asked::Answered(outcomes) = asked else { panic!("{asked:?}") };
    assert_eq!(outcomes[0].as_ref().unwrap().said, "nothing: for now");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let target = Loopback::scripted(vec![]).await;
    let mut moved = Given::new(307, "");
    moved.headers.push(("location".to_owned(), format!("http://{}/", target.at)));
    let server = Loopback::scripted(vec![moved]).await;
    let error = server.client("apollo").ask(&[about_asha()]).await.unwrap_err();
    assert!(matches!(error, ProviderError::Failed { status: 307, .. }), "{error:?}");
    assert!(target.calls().is_empty(), "the key must not travel to another address");
}

#[tokio::test]
async fn nothing_is_repeated_and_connections_are_kept() {
    let server = Loopback::start(|_| Given::new(503, "{}")).await;
    let client = server.client("hunter");
    for _ in 0..3 {
        client.ask(&[about_asha()]).await.unwrap_err();
    }
    let calls = server.calls();
    assert_eq!(calls.len(), 3);
    assert!(calls.iter().all(|call| call.from == calls[0].from), "one connection for all");
    assert!(calls.iter().all(|call| call.header("user-agent").unwrap().starts_with("captely/")));
}

/// The end of an idle connection is no failure of the next call, which was never written to it.
#[tokio::test]
async fn a_connection_that_ended_while_idle_is_replaced() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let served = tokio::spawn(async move {
        for _ in 0..3 {
            let (mut stream, _) = listener.accept().await.unwrap();
            loopback::read_request(&mut stream, &mut Vec::new()).await.unwrap();
            let answer =
                b"HTTP/1.1 200 OK\r\ncontent-length: 23\r\n\r\n{\"data\":{\"email\":null}}";
            stream.write_all(answer).await.unwrap();
        }
    });
    let mut settings = captely_providers::ProviderSettings::new("a-key");
    settings.base = Some(base);
    let hunter = captely_providers::client("hunter", loopback::http(), &settings).unwrap();
    for _ in 0..3 {
        hunter.ask(&[about_asha()]).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    served.await.unwrap();
}

#[test]
fn time_outs_must_let_connecting_be_told_apart() {
    let even = Duration::from_secs(5);
    let config = HttpConfig { connect_timeout: even, total_timeout: even, ..HttpConfig::default() };
    assert!(matches!(Http::new(&config), Err(HttpError::TimeoutOrder)));
}

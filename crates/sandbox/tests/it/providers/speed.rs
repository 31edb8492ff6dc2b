//! How fast the listener is; run with `--release -- --ignored --nocapture`.

use std::sync::Arc;
use std::time::Instant;

use captely_sandbox::Provider;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::House;

/// Requests on raw sockets, so that the client costs little beside the server.
#[tokio::test(flavor = "current_thread")]
#[ignore = "measures"]
async fn calls_a_second_on_one_core() {
    const CONNECTIONS: usize = 16;
    const EACH: usize = 5_000;
    let house = House::at_once().await;
    let address = house.sandbox.addresses().http.replace("http://", "");
    let people = house.people(2_000);
    let requests: Arc<Vec<String>> = Arc::new(
        people
            .iter()
            .map(|(p, c)| {
                let query = reqwest::Url::parse_with_params(
                    "http://x/hunter/v2/email-finder",
                    [
                        ("first_name", &p.first_name),
                        ("last_name", &p.last_name),
                        ("domain", &c.domain),
                    ],
                )
                .unwrap();
                let path = format!("{}?{}", query.path(), query.query().unwrap());
                format!(
                    "GET {path} HTTP/1.1\r\nhost: x\r\nx-api-key: {}\r\n\r\n",
                    house.key(Provider::Hunter)
                )
            })
            .collect(),
    );
    let began = Instant::now();
    let mut tasks = Vec::new();
    for connection in 0..CONNECTIONS {
        let (address, requests) = (address.clone(), Arc::clone(&requests));
        tasks.push(tokio::spawn(async move {
            let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
            let mut bytes = vec![0_u8; 8_192];
            for n in 0..EACH {
                let request = &requests[(connection * 131 + n) % requests.len()];
                stream.write_all(request.as_bytes()).await.unwrap();
                let read = stream.read(&mut bytes).await.unwrap();
                assert!(bytes[..read].starts_with(b"HTTP/1.1 "));
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let (took, calls) = (began.elapsed(), house.calls(Provider::Hunter).calls);
    println!(
        "{calls} finder calls in {took:?} on one thread with their client: {} a second",
        u128::from(calls) * 1_000 / took.as_millis()
    );
}

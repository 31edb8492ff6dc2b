use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use captely_contact::Timestamp;
use tokio::time::timeout;

use super::config::{AuditClock, NtpHost, NtpServer};
use super::questions::Questions;
use super::wire::udp_towards;

/// Seconds between 1900, where NTP counts from, and 1970.
const NTP_TO_UNIX_S: i64 = 2_208_988_800;
/// Length of a packet without extensions (RFC 5905 §7.3).
const PACKET_BYTES: usize = 48;

/// How many microseconds the server's clock is ahead of ours; the error says in words what failed.
///
/// One question (RFC 5905 §14): good to half the round trip.
pub(super) async fn offset_us(
    server: &NtpServer,
    questions: &Questions,
    clock: &AuditClock,
    patience: Duration,
) -> Result<i64, String> {
    let address = match &server.host {
        NtpHost::Address(address) => *address,
        NtpHost::Name(name) => {
            let any = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
            let found = questions.addresses_like(name.as_str(), any).await.unwrap_or_default();
            found.first().copied().ok_or("it has no address")?
        }
    };
    let asked = timeout(patience, ask(SocketAddr::new(address, server.port), clock));
    asked.await.map_err(|_elapsed| format!("no answer within {} s", patience.as_secs_f32()))?
}

async fn ask(at: SocketAddr, clock: &AuditClock) -> Result<i64, String> {
    let words = |why: std::io::Error| why.to_string();
    let socket = udp_towards(at).await.map_err(words)?;
    let sent = clock();
    socket.send(&request(sent)).await.map_err(words)?;
    let mut packet = [0; PACKET_BYTES];
    let length = socket.recv(&mut packet).await.map_err(words)?;
    let received = clock();
    if length < PACKET_BYTES {
        return Err("its answer is too short".to_owned());
    }
    read(&packet, sent, received)
}

/// Version 4, mode 3 (client), our time in the transmit field.
fn request(now: Timestamp) -> [u8; PACKET_BYTES] {
    let mut packet = [0; PACKET_BYTES];
    let head = [0b00_100_011];
    for (to, from) in packet.iter_mut().zip(head) {
        *to = from;
    }
    for (to, from) in packet.iter_mut().skip(40).zip(to_ntp(now).to_be_bytes()) {
        *to = from;
    }
    packet
}

fn read(packet: &[u8; PACKET_BYTES], sent: Timestamp, received: Timestamp) -> Result<i64, String> {
    let [head, stratum, ..] = *packet;
    let field = |at: usize| {
        let bytes = packet.get(at..at.saturating_add(8)).and_then(|b| <[u8; 8]>::try_from(b).ok());
        u64::from_be_bytes(bytes.unwrap_or_default())
    };
    if head & 0b111 != 4 || field(24) != to_ntp(sent) {
        return Err("it answered something else".to_owned());
    }
    // §7.3: leap 3 is an unset clock; stratum 0 is a kiss-o'-death.
    if head >> 6 == 3 || stratum == 0 || stratum > 15 {
        return Err("its own clock is not set, or it does not serve us".to_owned());
    }
    let (came, left) = (from_ntp(field(32)), from_ntp(field(40)));
    // §8: half of what both ways differ by.
    let there = came.saturating_sub(sent.as_micros());
    let back = left.saturating_sub(received.as_micros());
    Ok(there.saturating_add(back).div_euclid(2))
}

/// Seconds since 1900 in the upper half, fractions of 2⁻³² in the lower.
fn to_ntp(time: Timestamp) -> u64 {
    let (seconds, micros) =
        (time.as_micros().div_euclid(1_000_000), time.as_micros().rem_euclid(1_000_000));
    let seconds = u64::try_from(seconds.saturating_add(NTP_TO_UNIX_S) & 0xFFFF_FFFF);
    let fraction = u64::try_from(micros.saturating_mul(1 << 32).div_euclid(1_000_000));
    seconds.unwrap_or_default() << 32 | fraction.unwrap_or_default()
}

/// Microseconds since 1970. Seconds below 2³¹ belong to the era that begins in 2036 (§6).
fn from_ntp(time: u64) -> i64 {
    let seconds = i64::try_from(time >> 32).unwrap_or_default();
    let seconds = if seconds < 1 << 31 { seconds.saturating_add(1 << 32) } else { seconds };
    let fraction = i64::try_from(time & 0xFFFF_FFFF).unwrap_or_default();
    let micros = fraction.saturating_mul(1_000_000) >> 32;
    seconds.saturating_sub(NTP_TO_UNIX_S).saturating_mul(1_000_000).saturating_add(micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_survive_the_way() {
        // Before, at and after the end of the era in February 2036.
        for micros in [1_767_603_600_123_456, 2_085_978_495_999_999, 2_085_978_496_000_001] {
            let back = from_ntp(to_ntp(Timestamp::micros(micros)));
            assert!((back - micros).abs() <= 1, "{back} {micros}");
        }
    }
}

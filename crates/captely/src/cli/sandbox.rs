use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, ValueEnum};

const LONG_ABOUT: &str = "\
Serves a synthetic world on this machine until it is stopped: people and companies with known \
truth, the HTTP interfaces of the data providers and of Stripe, a DNS server and mail servers of \
many temperaments. Nothing leaves the machine.

Prints its addresses as one line of JSON. GET /_sandbox/leads.csv?n=N gives an input list, \
/_sandbox/truth.csv what is true, /_sandbox/calls what each provider was asked and charged.";

const EXAMPLES: &str = "\
Examples:
  captely sandbox --seed 7 --people 5000
  captely sandbox --listen 127.0.0.1:8088 --latency-ms 50-400 --fault-rate 0.05
  captely sandbox --latency-ms 0-0 --limits off        for measuring throughput";

/// `captely sandbox`.
#[derive(Debug, Clone, Args)]
#[command(long_about = LONG_ABOUT, after_help = EXAMPLES)]
pub struct SandboxArgs {
    /// The world's seed; the same seed gives the same world
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,

    /// People in the world
    #[arg(long, value_name = "N", default_value_t = 5_000,
          value_parser = clap::value_parser!(u32).range(1..=2_000_000))]
    pub people: u32,

    /// Address to serve HTTP at; port 0 picks a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,

    /// How long providers take to answer, in milliseconds, from A to B; their own if left out
    #[arg(long, value_name = "A-B")]
    pub latency_ms: Option<LatencyRange>,

    /// Whether providers refuse calls over their limits
    #[arg(long, value_enum, default_value_t = Switch::On)]
    pub limits: Switch,

    /// Where Stripe's webhooks go: an http address on this machine
    #[arg(long, value_name = "URL")]
    pub stripe_webhook: Option<String>,

    /// Share of calls that fail (429, 5xx, time-outs, garbage), 0 to 1
    #[arg(long, value_name = "X", default_value = "0")]
    pub fault_rate: Share,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// Yes
    On,
    /// No
    Off,
}

/// The shortest and the longest latency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LatencyRange {
    /// The shortest.
    pub from: Duration,
    /// The longest.
    pub to: Duration,
}

/// The longest latency one may ask for, in milliseconds.
const LATENCY_MS_MAX: u64 = 600_000;

impl FromStr for LatencyRange {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "write two numbers of milliseconds, such as 50-400".to_owned();
        let (from, to) = text.split_once('-').unwrap_or((text, text));
        let millis = |text: &str| text.trim().parse::<u64>().ok().ok_or_else(wrong);
        let (from, to) = (millis(from)?, millis(to)?);
        if from > to {
            return Err(format!("{from} is more than {to}"));
        }
        if to > LATENCY_MS_MAX {
            return Err(format!("at most {LATENCY_MS_MAX} milliseconds"));
        }
        Ok(Self { from: Duration::from_millis(from), to: Duration::from_millis(to) })
    }
}

/// A share of calls, kept in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share(u32);

impl Share {
    /// In thousandths, 0 to 1,000.
    pub const fn permille(self) -> u32 {
        self.0
    }
}

/// A decimal from 0 to 1 with at most three decimals.
impl FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "write a share from 0 to 1 in thousandths, such as 0.05".to_owned();
        let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || part.len() > 3 || !digits(whole) || !digits(part) {
            return Err(wrong());
        }
        let thousandths = format!("{whole}{part:0<3}").parse().ok().filter(|n| *n <= 1_000);
        thousandths.map(Self).ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(u64, u64)>) {
        let millis = |d: Duration| u64::try_from(d.as_millis()).unwrap();
        let got = text.parse::<LatencyRange>().ok().map(|r| (millis(r.from), millis(r.to)));
        assert_eq!(got, expected, "{text:?}");
    }

    #[test]
    fn latencies() {
        check("50-400", Some((50, 400)));
        check("0-0", Some((0, 0)));
        check("5", Some((5, 5)));
        check("400-50", None);
        check("-5", None);
        check("1-9999999", None);
        check("a-b", None);
    }

    #[test]
    fn shares() {
        for (text, permille) in
            [("0.05", 50), ("0", 0), ("1", 1_000), ("1.000", 1_000), ("0.5", 500)]
        {
            assert_eq!(text.parse(), Ok(Share(permille)), "{text}");
        }
        for wrong in ["1.1", "-0.1", "NaN", "five", "", ".", "0.0001", "1e-3"] {
            assert!(wrong.parse::<Share>().is_err(), "{wrong}");
        }
    }
}

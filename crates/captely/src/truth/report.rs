use std::collections::BTreeMap;

use captely_contact::EmailStatus;
use captely_sandbox::mail_world::{Mailbox, Personality};
use serde_json::{Value, json};

use super::Judged;

/// Bins of the reliability table, equally wide.
const BINS: usize = 10;

/// Addresses whose stated probability lies in one tenth.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Bin {
    /// How many.
    pub addresses: u32,
    /// How many of them truly take mail.
    pub delivering: u32,
    /// The sum of the stated probabilities, in percent.
    pub stated_percent: u32,
}

impl Bin {
    /// The mean of what was stated, 0 to 1.
    pub fn stated(&self) -> f64 {
        f64::from(self.stated_percent) / 100.0 / f64::from(self.addresses.max(1))
    }

    /// The share that takes mail, 0 to 1.
    pub fn observed(&self) -> f64 {
        f64::from(self.delivering) / f64::from(self.addresses.max(1))
    }
}

/// How right the verdicts were.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// All addresses.
    pub addresses: u32,
    /// For each status: how many took mail, and how many did not.
    pub by_status: BTreeMap<EmailStatus, (u32, u32)>,
    /// Mailboxes that take mail and were called invalid. There must be none.
    pub live_called_invalid: Vec<String>,
    /// Mailboxes that do not exist or are switched off, on hosts that say so when asked.
    pub dead_on_answering: u32,
    /// Those of them that were called invalid.
    pub dead_called_invalid: u32,
    /// Dead ones on answering hosts that were called something else, with the code.
    pub dead_missed: BTreeMap<&'static str, u32>,
    /// The reliability of the stated probabilities.
    pub bins: [Bin; BINS],
}

impl Report {
    /// Counts what was judged.
    pub fn of(judged: &[Judged]) -> Self {
        let mut report = Self::default();
        for one in judged {
            report.count(one);
        }
        report
    }

    fn count(&mut self, one: &Judged) {
        let Judged { truth, verdict } = one;
        let delivers = truth.delivers();
        let invalid = verdict.status == EmailStatus::Invalid;
        self.addresses = self.addresses.saturating_add(1);
        let (live, dead) = self.by_status.entry(verdict.status).or_default();
        *(if delivers { live } else { dead }) += 1;
        if delivers && invalid {
            self.live_called_invalid.push(truth.address.clone());
        }
        if is_dead_on_answering(one) {
            self.dead_on_answering = self.dead_on_answering.saturating_add(1);
            if invalid {
                self.dead_called_invalid = self.dead_called_invalid.saturating_add(1);
            } else {
                *self.dead_missed.entry(verdict.code).or_default() += 1;
            }
        }
        let percent = verdict.probability.as_percent();
        let place = usize::from(percent.div_euclid(10)).min(BINS - 1);
        if let Some(bin) = self.bins.get_mut(place) {
            bin.addresses = bin.addresses.saturating_add(1);
            bin.delivering = bin.delivering.saturating_add(delivers.into());
            bin.stated_percent = bin.stated_percent.saturating_add(percent.into());
        }
    }

    /// The expected calibration error: over the bins, how far the stated probability lies from what was
    /// observed, weighted by addresses (Guo et al. 2017, "On Calibration of Modern Neural Networks", eq. 3).
    pub fn calibration_error(&self) -> f64 {
        let gap = |bin: &Bin| (bin.stated() - bin.observed()).abs() * f64::from(bin.addresses);
        self.bins.iter().map(gap).sum::<f64>() / f64::from(self.addresses.max(1))
    }

    /// The share of dead mailboxes on answering hosts that were called invalid, 0 to 1.
    pub fn dead_found(&self) -> f64 {
        f64::from(self.dead_called_invalid) / f64::from(self.dead_on_answering.max(1))
    }

    /// The same for a machine.
    pub fn to_json(&self) -> Value {
        let statuses: BTreeMap<_, _> = self
            .by_status
            .iter()
            .map(|(status, (live, dead))| (status.as_str(), json!({ "live": live, "dead": dead })))
            .collect();
        let bins: Vec<Value> = self
            .bins
            .iter()
            .map(|bin| {
                let (stated, observed) = (bin.stated(), bin.observed());
                json!({ "addresses": bin.addresses, "stated": stated, "observed": observed })
            })
            .collect();
        json!({
            "addresses": self.addresses,
            "statuses": statuses,
            "live_called_invalid": self.live_called_invalid.len(),
            "dead_on_answering_hosts": self.dead_on_answering,
            "dead_called_invalid": self.dead_called_invalid,
            "dead_missed": self.dead_missed,
            "calibration_error": self.calibration_error(),
            "bins": bins,
        })
    }
}

/// Whether the mailbox is gone and its host says so to whoever asks properly. Hosts that take every
/// name, refuse the sender or do not answer leave nothing to find out; a domain that takes no mail at all
/// counts, for DNS says so.
fn is_dead_on_answering(one: &Judged) -> bool {
    let gone = matches!(one.truth.mailbox, Mailbox::Absent | Mailbox::Disabled);
    let answering = !matches!(
        one.truth.personality,
        Some(Personality::CatchAll | Personality::BlocksSender | Personality::DeadHost)
    );
    gone && answering
}

//! How hard each mail provider may be asked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::dns::MailFamily;

/// On which connection the made-up name of a catch-all probe is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Probe {
    /// On any, after the real recipient.
    AnyConnection,
    /// On one of its own, and no real recipient follows on it: the provider treats a second recipient
    /// unlike the first.
    OwnConnection,
    /// Not at all: `catch_all` stays `not_tested`.
    Never,
}

/// What all hosts of a mail provider together are asked for at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FamilyLimits {
    /// Connections open at a time.
    pub connections_max: usize,
    /// Recipients asked on one connection.
    pub recipients_per_connection: usize,
    /// Recipients asked in a minute.
    pub recipients_per_minute: u32,
    /// How catch-all is tested.
    pub probe: Probe,
}

/// The limits of each family that has some; `VerifyConfig::family_limits` replaces rows.
///
/// Connections and recipients of Barracuda, GMX, Tencent and NetEase are the figures that operators of
/// the KumoMTA mail server share (its community `shaping.toml`, 2026-08). Outlook refuses a second
/// recipient of a connection (AfterShip/email-verifier#72), so it gets one each. No receiver publishes
/// how many questions it bears; the rest are cautious choices, far below what a mail server in normal
/// use sends.
pub(crate) const DEFAULTS: &[(MailFamily, FamilyLimits)] = &[
    (MailFamily::GoogleWorkspace, row(10, 18, 600, Probe::AnyConnection)),
    (MailFamily::Gmail, row(4, 10, 120, Probe::AnyConnection)),
    (MailFamily::Microsoft365, row(10, 10, 600, Probe::OwnConnection)),
    (MailFamily::Outlook, row(4, 1, 60, Probe::OwnConnection)),
    (MailFamily::Yahoo, row(4, 5, 60, Probe::OwnConnection)),
    (MailFamily::Icloud, row(4, 5, 60, Probe::AnyConnection)),
    (MailFamily::Gmx, row(4, 18, 60, Probe::AnyConnection)),
    (MailFamily::Proofpoint, row(10, 10, 300, Probe::AnyConnection)),
    (MailFamily::Mimecast, row(10, 10, 300, Probe::AnyConnection)),
    (MailFamily::Barracuda, row(10, 15, 300, Probe::AnyConnection)),
    (MailFamily::CiscoIronport, row(10, 10, 300, Probe::AnyConnection)),
    (MailFamily::Tencent, row(4, 8, 60, Probe::AnyConnection)),
    (MailFamily::Netease, row(4, 7, 60, Probe::AnyConnection)),
    (MailFamily::Yandex, row(4, 10, 120, Probe::AnyConnection)),
    (MailFamily::MailRu, row(4, 10, 120, Probe::AnyConnection)),
];
/// A family that is known and stands in no row above.
const OTHER_PROVIDERS: FamilyLimits = row(10, 18, 300, Probe::AnyConnection);

const fn row(
    connections_max: usize,
    recipients_per_connection: usize,
    recipients_per_minute: u32,
    probe: Probe,
) -> FamilyLimits {
    FamilyLimits { connections_max, recipients_per_connection, recipients_per_minute, probe }
}

impl FamilyLimits {
    /// The built-in limits of a family; `None` for `other`, whose hosts have nothing in common and are
    /// limited one by one.
    pub fn of(family: MailFamily) -> Option<Self> {
        if family == MailFamily::Other {
            return None;
        }
        let row = DEFAULTS.iter().find(|(of, _)| *of == family);
        Some(row.map_or(OTHER_PROVIDERS, |(_, limits)| *limits))
    }
}

/// The limits in force: the built-in ones, with the rows that were set in their place.
pub(crate) fn in_force(
    set: &BTreeMap<MailFamily, FamilyLimits>,
    family: MailFamily,
) -> Option<FamilyLimits> {
    set.get(&family).copied().or_else(|| FamilyLimits::of(family))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_family_has_usable_limits_and_other_has_none() {
        for family in MailFamily::ALL {
            let Some(limits) = FamilyLimits::of(*family) else {
                assert_eq!(*family, MailFamily::Other);
                continue;
            };
            assert!(limits.connections_max > 0 && limits.recipients_per_minute > 0, "{family}");
            assert!((1..=18).contains(&limits.recipients_per_connection), "{family}");
        }
        let own = [MailFamily::Microsoft365, MailFamily::Outlook];
        assert!(own.iter().all(|f| FamilyLimits::of(*f).unwrap().probe == Probe::OwnConnection));
        let set = BTreeMap::from([(MailFamily::Gmail, row(1, 2, 3, Probe::Never))]);
        assert_eq!(in_force(&set, MailFamily::Gmail).unwrap().connections_max, 1);
        assert_eq!(in_force(&set, MailFamily::Yahoo), FamilyLimits::of(MailFamily::Yahoo));
    }
}

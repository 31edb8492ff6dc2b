use crate::chance::{again, below};

/// The family of server software a mail host imitates: which extensions it has, which codes it
/// chooses where the RFCs leave a choice, and the form of its sentences. The words are our own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// A very large mail service: replies over several lines, each ending in a session mark.
    Google,
    /// A very large mail service: enhanced codes of its own, machine names in brackets.
    Microsoft,
    /// The commonest open server: the recipient quoted before the reason.
    Postfix,
    /// The second commonest: no enhanced codes.
    Exim,
    /// A server from before ESMTP: it knows HELO only, and forgets what is sent ahead of its replies.
    Old,
}

/// Of 16 hosts, how many speak each dialect, in the order of [`Dialect::ALL`].
const SHARES: [u64; 5] = [5, 4, 4, 2, 1];

impl Dialect {
    /// All dialects.
    pub const ALL: [Self; 5] =
        [Self::Google, Self::Microsoft, Self::Postfix, Self::Exim, Self::Old];

    /// The dialect of a mail host, by its name without the first label, so that `mx1.` and `mx2.` of
    /// one installation agree.
    pub fn of_host(host: &str) -> Self {
        let host = host.trim_end_matches('.');
        Self::of_domain(host.split_once('.').map_or(host, |(_, rest)| rest))
    }

    /// The dialect of the mail host that a domain without MX is itself.
    pub fn of_domain(domain: &str) -> Self {
        // FNV-1a with a final stir: short names that differ in their last letter must not fall together.
        let bytes = domain.trim_end_matches('.').bytes().map(|b| b.to_ascii_lowercase());
        let hash = bytes.fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
        });
        let mut slot = below(again(hash, 0), SHARES.iter().sum());
        for (dialect, share) in Self::ALL.into_iter().zip(SHARES) {
            if slot < share {
                return dialect;
            }
            slot -= share;
        }
        Self::Postfix
    }

    /// The word in logs and documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Microsoft => "microsoft",
            Self::Postfix => "postfix",
            Self::Exim => "exim",
            Self::Old => "old",
        }
    }

    /// Whether replies carry enhanced status codes (RFC 2034), announced by EHLO.
    pub(super) const fn has_enhanced_codes(self) -> bool {
        matches!(self, Self::Google | Self::Microsoft | Self::Postfix)
    }

    /// Whether the server knows EHLO; one that does also takes commands ahead of replies (RFC 2920).
    pub(super) const fn has_extensions(self) -> bool {
        !matches!(self, Self::Old)
    }

    /// Whether a blocked client is turned away in the greeting (554) rather than at MAIL.
    pub(super) const fn blocks_at_greeting(self) -> bool {
        matches!(self, Self::Postfix | Self::Exim | Self::Old)
    }

    /// The domain of the machine names in greetings.
    pub(super) const fn house(self) -> &'static str {
        match self {
            Self::Google => "lantern.test",
            Self::Microsoft => "harbour.test",
            Self::Postfix => "millrace.test",
            Self::Exim => "heron.test",
            Self::Old => "attic.test",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_one_installation_agree_and_shares_hold() {
        assert_eq!(
            Dialect::of_host("MX1.pool-3.mail.test."),
            Dialect::of_host("mx2.pool-3.mail.test")
        );
        let mut seen = [0_u64; 5];
        for n in 0..16_000 {
            let dialect = Dialect::of_host(&format!("mx1.pool-{n}.mail.test"));
            seen[Dialect::ALL.iter().position(|d| *d == dialect).unwrap()] += 1;
        }
        for (got, share) in seen.into_iter().zip(SHARES) {
            assert!(got.abs_diff(share * 1_000) < 250, "{seen:?}");
        }
    }
}

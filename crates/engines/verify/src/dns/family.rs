//! Who runs a mail host, told by its name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::family_table::SUFFIXES;

macro_rules! families {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// Who runs the mail host of a domain, as told by the host's name: a provider of mailboxes, or a
        /// filter that stands before them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum MailFamily {
            $($(#[$doc])* #[serde(rename = $word)] $name,)*
        }

        impl MailFamily {
            /// All families; `other` is the last.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word in files and settings, in snake case.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
        }
    };
}

families! {
    /// Google Workspace: domains of their own at Google.
    GoogleWorkspace = "google_workspace",
    /// gmail.com and googlemail.com.
    Gmail = "gmail",
    /// Exchange Online: domains of their own at Microsoft.
    Microsoft365 = "microsoft_365",
    /// outlook.com, hotmail.com, live.com, msn.com.
    Outlook = "outlook",
    /// Yahoo and AOL.
    Yahoo = "yahoo",
    /// iCloud, and domains of their own there.
    Icloud = "icloud",
    /// GMX, WEB.DE and mail.com.
    Gmx = "gmx",
    /// Proofpoint, and Proofpoint Essentials (a filter).
    Proofpoint = "proofpoint",
    /// Mimecast (a filter).
    Mimecast = "mimecast",
    /// Barracuda Email Gateway Defense (a filter).
    Barracuda = "barracuda",
    /// Cisco Secure Email, formerly IronPort (a filter).
    CiscoIronport = "cisco_ironport",
    /// Symantec Email Security.cloud, formerly MessageLabs (a filter).
    Symantec = "symantec",
    /// Trend Micro Email Security (a filter).
    TrendMicro = "trend_micro",
    /// Sophos Email (a filter).
    Sophos = "sophos",
    /// Forcepoint Email Security (a filter).
    Forcepoint = "forcepoint",
    /// Hornetsecurity (a filter).
    Hornetsecurity = "hornetsecurity",
    /// SpamExperts of N-able (a filter).
    SpamExperts = "spam_experts",
    /// Fortinet FortiMail Cloud (a filter).
    Fortimail = "fortimail",
    /// Retarus (a filter).
    Retarus = "retarus",
    /// Zoho Mail.
    Zoho = "zoho",
    /// OVHcloud.
    Ovh = "ovh",
    /// IONOS, formerly 1&1.
    Ionos = "ionos",
    /// STRATO.
    Strato = "strato",
    /// Gandi.
    Gandi = "gandi",
    /// Infomaniak.
    Infomaniak = "infomaniak",
    /// Hostinger and Titan.
    Hostinger = "hostinger",
    /// GoDaddy.
    GoDaddy = "godaddy",
    /// Namecheap Private Email.
    Namecheap = "namecheap",
    /// Rackspace Email.
    Rackspace = "rackspace",
    /// Amazon SES and WorkMail.
    Amazon = "amazon",
    /// Fastmail.
    Fastmail = "fastmail",
    /// Proton Mail.
    ProtonMail = "proton_mail",
    /// Tuta.
    Tuta = "tuta",
    /// HEY.
    Hey = "hey",
    /// Migadu.
    Migadu = "migadu",
    /// mailbox.org.
    MailboxOrg = "mailbox_org",
    /// Yandex 360.
    Yandex = "yandex",
    /// Mail.ru and VK WorkSpace.
    MailRu = "mail_ru",
    /// QQ Mail and Tencent Exmail.
    Tencent = "tencent",
    /// 163.com, 126.com and NetEase's business mail.
    Netease = "netease",
    /// Alibaba Mail.
    Alibaba = "alibaba",
    /// Naver.
    Naver = "naver",
    /// Seznam.
    Seznam = "seznam",
    /// Cloudflare Email Routing: forwards to a mailbox elsewhere.
    Cloudflare = "cloudflare",
    /// Forwarders such as ImprovMX: a mailbox elsewhere answers for the address.
    Forwarder = "forwarder",
    /// None of these, or a server of the domain's own.
    Other = "other",
}

impl MailFamily {
    /// The family of a mail host. `host` is in lower case, without a last dot.
    pub fn of_host(host: &str) -> Self {
        longest_suffix(host, SUFFIXES).unwrap_or(Self::Other)
    }
}

/// What the table says about the longest of its names that ends `host` at a dot.
pub(super) fn longest_suffix<T: Copy>(host: &str, table: &[(&str, T)]) -> Option<T> {
    let ends = |suffix: &str| {
        host.strip_suffix(suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    let fitting = table.iter().filter(|(suffix, _)| ends(suffix));
    fitting.max_by_key(|(suffix, _)| suffix.len()).map(|(_, what)| *what)
}

impl fmt::Display for MailFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for MailFamily {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().copied().find(|family| family.as_str() == text);
        found.ok_or_else(|| {
            let words: Vec<_> = Self::ALL.iter().map(|family| family.as_str()).collect();
            format!("{text:?} is no mail family; known are {}", words.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_as_providers_document_them() {
        for (host, family) in [
            ("aspmx.l.google.com", MailFamily::GoogleWorkspace),
            ("alt4.aspmx.l.google.com", MailFamily::GoogleWorkspace),
            ("aspmx3.googlemail.com", MailFamily::GoogleWorkspace),
            ("smtp.google.com", MailFamily::GoogleWorkspace),
            ("alt1.gmail-smtp-in.l.google.com", MailFamily::Gmail),
            ("acme-com.mail.protection.outlook.com", MailFamily::Microsoft365),
            ("acme-com.v-v1.mx.microsoft", MailFamily::Microsoft365),
            ("outlook-com.olc.protection.outlook.com", MailFamily::Outlook),
            ("mx-eu.mail.am0.yahoodns.net", MailFamily::Yahoo),
            ("mx01.mail.icloud.com", MailFamily::Icloud),
            ("mx0a-00112233.pphosted.com", MailFamily::Proofpoint),
            ("mx1-us1.ppe-hosted.com", MailFamily::Proofpoint),
            ("eu-smtp-inbound-1.mimecast.com", MailFamily::Mimecast),
            ("d12345a.ess.barracudanetworks.com", MailFamily::Barracuda),
            ("mx1.hc1234-56.eu.iphmx.com", MailFamily::CiscoIronport),
            ("cluster1.eu.messagelabs.com", MailFamily::Symantec),
            ("mx.zoho.eu", MailFamily::Zoho),
            ("mx1.mail.ovh.net", MailFamily::Ovh),
            ("mx00.ionos.de", MailFamily::Ionos),
            ("mx00.kundenserver.de", MailFamily::Ionos),
            ("spool.mail.gandi.net", MailFamily::Gandi),
            ("in1-smtp.messagingengine.com", MailFamily::Fastmail),
            ("mail.protonmail.ch", MailFamily::ProtonMail),
            ("mx.yandex.net", MailFamily::Yandex),
            ("emx.mail.ru", MailFamily::MailRu),
            ("mxbiz1.qq.com", MailFamily::Tencent),
            ("mx2.emailsrvr.com", MailFamily::Rackspace),
            ("inbound-smtp.eu-west-1.amazonaws.com", MailFamily::Amazon),
        ] {
            assert_eq!(MailFamily::of_host(host), family, "{host}");
        }
    }

    #[test]
    fn a_name_that_only_looks_alike_is_somebody_else() {
        for host in [
            "mail.acme.com",
            "evilpphosted.com",
            "mimecast.com.evil.example",
            "ec2-1-2-3-4.eu-west-1.compute.amazonaws.com",
            "vps123.ovh.net",
            "mail.cisco.com",
            "mail.google.com",
            "",
        ] {
            assert_eq!(MailFamily::of_host(host), MailFamily::Other, "{host}");
        }
    }

    #[test]
    fn words_are_read_back_and_rows_are_clean() {
        for family in MailFamily::ALL {
            assert_eq!(family.as_str().parse(), Ok(*family));
            let json = serde_json::to_string(family).unwrap();
            assert_eq!(json, format!("\"{family}\""));
            assert_eq!(serde_json::from_str::<MailFamily>(&json).unwrap(), *family);
            let named = SUFFIXES.iter().any(|(_, of)| of == family);
            assert_eq!(named, *family != MailFamily::Other, "{family} has no host name");
        }
        assert!("hotmail".parse::<MailFamily>().unwrap_err().contains("outlook"));
        let mut seen = std::collections::HashSet::new();
        for (suffix, _) in SUFFIXES {
            assert!(seen.insert(suffix), "{suffix} stands twice");
            assert_eq!(suffix.to_ascii_lowercase(), **suffix);
            assert!(suffix.contains('.') && !suffix.starts_with('.') && !suffix.ends_with('.'));
        }
    }
}

//! What the DNS and SMTP simulators need to know of the world: its mail domains, hosts, mailboxes.

/// How the mail servers of a domain behave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Personality {
    /// Accepts the mailboxes that exist and refuses the others.
    Normal,
    /// Accepts every local part.
    CatchAll,
    /// Refuses an unknown sender/recipient pair for a while, then answers as `Normal`.
    Greylisting,
    /// Answers the first RCPT of a session as `Normal` and refuses every later one.
    RefusesSecondRcpt,
    /// Answers as `Normal`, but very slowly.
    Tarpit,
    /// Refuses the client itself, as a block list would.
    BlocksSender,
    /// Publishes a null MX: the domain takes no mail (RFC 7505).
    NullMx,
    /// Publishes no MX; [`MailDomain::has_a`] says whether an A record stands in for it.
    NoMx,
    /// Publishes an MX whose host answers no connection.
    DeadHost,
}

impl Personality {
    /// All personalities.
    pub const ALL: [Self; 9] = [
        Self::Normal,
        Self::CatchAll,
        Self::Greylisting,
        Self::RefusesSecondRcpt,
        Self::Tarpit,
        Self::BlocksSender,
        Self::NullMx,
        Self::NoMx,
        Self::DeadHost,
    ];

    /// The word in the truth file and in host names (with `_` turned into `-`).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::CatchAll => "catch_all",
            Self::Greylisting => "greylisting",
            Self::RefusesSecondRcpt => "refuses_second_rcpt",
            Self::Tarpit => "tarpit",
            Self::BlocksSender => "blocks_sender",
            Self::NullMx => "null_mx",
            Self::NoMx => "no_mx",
            Self::DeadHost => "dead_host",
        }
    }
}

/// The state of one mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mailbox {
    /// Takes mail.
    Exists,
    /// There is none of that name (never was, or its owner left).
    Absent,
    /// Exists, but is over its quota.
    Full,
    /// Exists, but was switched off.
    Disabled,
}

impl Mailbox {
    /// The word in the truth file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exists => "exists",
            Self::Absent => "absent",
            Self::Full => "full",
            Self::Disabled => "disabled",
        }
    }
}

/// What DNS says of a mail domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailDomain {
    /// How its servers behave.
    pub personality: Personality,
    /// Preference and host (lower case, no trailing dot) of each MX. Empty for `NullMx`, whose one
    /// record `0 .` the DNS simulator writes itself, and for `NoMx`.
    pub mx: Vec<(u16, String)>,
    /// Whether the domain itself has an A record.
    pub has_a: bool,
}

/// The world as the DNS and SMTP simulators see it. Names may come in any case and with a trailing
/// dot; an implementation folds them.
pub trait MailWorld: Send + Sync + 'static {
    /// The domain, if the world has it. `None` means NXDOMAIN, unless [`Self::host`] knows the name.
    fn domain(&self, domain: &str) -> Option<MailDomain>;

    /// The mailbox `local@domain`; `Absent` too where the world has no such domain.
    fn mailbox(&self, domain: &str, local: &str) -> Mailbox;

    /// The personality of the mail host of this name (which has an A record), if it is one of the
    /// world's: `mx1.normal-0.mail.example` is `Normal`.
    fn host(&self, host: &str) -> Option<Personality>;
}

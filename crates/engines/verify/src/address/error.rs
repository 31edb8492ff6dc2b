use captely_contact::DomainError;

/// Why a text is no address that mail can be sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Nothing was there.
    #[error("is empty")]
    Empty,
    /// Over 254 bytes.
    #[error("is longer than 254 bytes")]
    TooLong,
    /// No `@`.
    #[error("has no @")]
    NoAt,
    /// A look-alike such as `＠` stands where the `@` should be.
    #[error("has a look-alike of @ instead of an @")]
    LookalikeAt,
    /// Nothing stands before the `@`.
    #[error("has nothing before the @")]
    NoLocal,
    /// Over 64 bytes before the `@`.
    #[error("has more than 64 bytes before the @")]
    LocalTooLong,
    /// More than one `@`.
    #[error("has more than one @")]
    TwoAts,
    /// A dot at the start or end of the local part, or two in a row.
    #[error("has a dot at an end of the part before the @, or two dots in a row there")]
    Dots,
    /// White space inside.
    #[error("has white space in it")]
    Space,
    /// A control character, or an invisible one that makes two addresses look alike.
    #[error("has an invisible or control character in it")]
    Invisible,
    /// Brackets, comma and the like before the `@`.
    #[error("has the character {0:?}, which cannot stand before the @")]
    BadCharacter(char),
    /// A name in quotes: legal, yet hardly any server takes it and no provider gives it out.
    #[error("has a name in quotes, which hardly any mail server takes")]
    Quoted,
    /// `name@[192.0.2.1]`: legal, yet refused nearly everywhere.
    #[error("has a numeric address instead of a domain")]
    AddressLiteral,
    /// What follows the `@` is no domain.
    #[error("has a domain that {0}")]
    Domain(DomainError),
    /// The top-level domain is a single letter or has digits or hyphens, as no real one has.
    #[error("has a last domain part that no top-level domain looks like")]
    BadTopLevel,
    /// A label with hyphens in third and fourth place that is no valid IDN (RFC 5890 §2.3.1).
    #[error("has a domain part that looks like an international name and is none")]
    BadIdn,
    /// The name is kept for other uses than mail (RFC 6761, RFC 6762, RFC 7686).
    #[error("has a domain that is reserved and never takes mail")]
    SpecialUse,
}

impl AddressError {
    /// A stable word for files and programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "syntax_empty",
            Self::TooLong => "syntax_too_long",
            Self::NoAt => "syntax_no_at",
            Self::LookalikeAt => "syntax_lookalike_at",
            Self::NoLocal => "syntax_no_local_part",
            Self::LocalTooLong => "syntax_local_part_too_long",
            Self::TwoAts => "syntax_two_ats",
            Self::Dots => "syntax_dots",
            Self::Space => "syntax_space",
            Self::Invisible => "syntax_invisible_character",
            Self::BadCharacter(_) => "syntax_bad_character",
            Self::Quoted => "syntax_quoted",
            Self::AddressLiteral => "syntax_address_literal",
            Self::Domain(_) => "syntax_domain",
            Self::BadTopLevel => "syntax_top_level",
            Self::BadIdn => "syntax_bad_idn",
            Self::SpecialUse => "special_use_domain",
        }
    }
}

//! Who may sign up: people at an address of their company.

use captely_contact::EmailAddress;
use captely_verify::classes;

/// Which addresses may sign up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignUpPolicy {
    /// Only addresses at a company: mailboxes that anybody can open and addresses that hide another
    /// are refused. Throw-away addresses always are.
    pub business_only: bool,
}

impl Default for SignUpPolicy {
    /// Business addresses only.
    fn default() -> Self {
        Self { business_only: true }
    }
}

/// Why an address may not sign up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignUpRefusal {
    /// A throw-away address.
    #[error(
        "is a throw-away address, to which nobody could send you a new password; use your address \
         at work"
    )]
    Disposable,
    /// A mailbox that anybody can open.
    #[error(
        "is a personal address at {domain}; Captely is for companies: use your address at work"
    )]
    Personal {
        /// The provider's domain.
        domain: String,
    },
    /// It forwards to an address that stays hidden.
    #[error("hides your own address; use your address at work")]
    Relay,
}

impl SignUpPolicy {
    /// Whether the address may sign up.
    pub fn check(self, email: &EmailAddress) -> Result<(), SignUpRefusal> {
        let classes = classes(email);
        if classes.disposable {
            return Err(SignUpRefusal::Disposable);
        }
        if !self.business_only {
            return Ok(());
        }
        if classes.free_provider {
            return Err(SignUpRefusal::Personal { domain: email.domain_str().to_owned() });
        }
        // An address of a function (info@) is admitted: in a small company it is somebody's own.
        if classes.relay { Err(SignUpRefusal::Relay) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUSINESS: SignUpPolicy = SignUpPolicy { business_only: true };
    const ANYBODY: SignUpPolicy = SignUpPolicy { business_only: false };

    /// `expected`: what the sentence contains, or nothing if the address may sign up.
    #[track_caller]
    fn check(policy: SignUpPolicy, typed: &str, expected: &str) {
        match policy.check(&typed.parse().unwrap()) {
            Ok(()) => assert_eq!(expected, "", "{typed} may sign up"),
            Err(why) => {
                assert!(
                    !expected.is_empty() && why.to_string().contains(expected),
                    "{typed}: {why}"
                );
            }
        }
    }

    #[test]
    fn business_addresses_only() {
        check(BUSINESS, " Ada@Analytical-Engines.example ", "");
        check(BUSINESS, "info@analytical-engines.example", "");
        check(BUSINESS, "ada@gmail.com", "personal address at gmail.com");
        check(BUSINESS, "ada@googlemail.com", "use your address at work");
        check(BUSINESS, "ada@gmx.de", "personal");
        check(BUSINESS, "ada@duck.com", "hides your own address");
        check(BUSINESS, "ada@mailinator.com", "throw-away");
        // A company's address under a free provider's name is none of the provider's mailboxes.
        check(BUSINESS, "ada@corp.gmail.com", "");
    }

    #[test]
    fn anybody_but_throw_away_addresses() {
        check(ANYBODY, "ada@gmail.com", "");
        check(ANYBODY, "ada@duck.com", "");
        check(ANYBODY, "ada@mailinator.com", "throw-away");
        check(ANYBODY, "ada@any.mailinator.com", "throw-away");
    }
}

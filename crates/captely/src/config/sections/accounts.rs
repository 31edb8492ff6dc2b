use std::time::Duration;

use captely_accounts::AccountSettings;
use captely_accounts::access_token::{SECRET_BYTES_MIN, check_algorithm};
use captely_accounts::password::{HashCost, PasswordSettings};
use captely_accounts::sign_up_policy::SignUpPolicy;
use captely_platform::access::Tier;

use crate::config::Secret;
use crate::config::reader::{Reader, Section};
use crate::config::setting::words;

/// `[accounts]`: who may sign up, how long people stay signed in, and what it rests on.
#[derive(Debug, Clone)]
pub struct AccountsSection {
    /// Without the public address, which is the server's.
    pub accounts: AccountSettings,
    /// How passwords are hashed.
    pub passwords: PasswordSettings,
    /// What access tokens are signed with, the first in use; none to derive it from the encryption key.
    pub token_secrets: Vec<Secret>,
}

impl AccountsSection {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        let mut section = reader.section("accounts");
        let accounts = accounts(&mut section);
        let token_secrets = token_secrets(&mut section);
        Self { accounts, passwords: passwords(&mut section), token_secrets }
    }
}

fn accounts(section: &mut Section<'_, '_>) -> AccountSettings {
    let usual = AccountSettings::default();
    let minutes = |n: u32| Duration::from_secs(u64::from(n) * 60);
    let hours = |n: u32| Duration::from_secs(u64::from(n) * 3_600);
    AccountSettings {
        sign_up_open: section
            .key("sign_up_open", "Whether people may sign up without an invitation.")
            .or(true),
        policy: SignUpPolicy {
            business_only: section
                .key("business_addresses_only", "Whether addresses of free mail are refused.")
                .or(true),
        },
        access_time: minutes(
            section.key("access_minutes", "How long an access token is good.").within(10, 1..=60),
        ),
        session_time: hours(
            section.key("session_hours", "How long a session lasts unused.").within(12, 1..=720),
        ),
        remembered_time: hours(
            section
                .key("remembered_hours", "The same for one that is remembered.")
                .within(720, 1..=8_760),
        ),
        session_time_max: hours(
            section
                .key("session_hours_max", "How long any session lasts.")
                .within(2_160, 1..=8_760),
        ),
        tier: section
            .key("tier", "How many requests members of a new workspace may make a minute.")
            .or(usual.tier),
        ..usual
    }
}

fn token_secrets(section: &mut Section<'_, '_>) -> Vec<Secret> {
    let short = |secret: &Secret| {
        let bytes = secret.expose().len();
        (bytes < SECRET_BYTES_MIN).then(|| {
            format!("has {bytes} bytes, but must have {SECRET_BYTES_MIN} at least; make one with: openssl rand -hex 32")
        })
    };
    let absent = "derived from the encryption key";
    let current: Option<Secret> = section
        .key("token_secret", "What access tokens are signed with.")
        .also(&["JWT_SECRET", "SECRET_KEY"])
        .checked(absent, short);
    let older: Option<Secret> = section
        .key("token_secret_before", "The one before it, whose tokens are still good.")
        .checked("none", short);
    let algorithm = |name: &String| check_algorithm(name).err().map(|why| why.to_string());
    let _only_one: Option<String> = section
        .key("token_algorithm", "How they are signed: HS256, there is no other.")
        .also(&["JWT_ALGORITHM"])
        .checked("HS256", algorithm);
    match (current, older) {
        (Some(current), older) => std::iter::once(current).chain(older).collect(),
        (None, Some(_)) => {
            section.fault("token_secret_before", "is set, but accounts.token_secret is not");
            Vec::new()
        }
        (None, None) => Vec::new(),
    }
}

fn passwords(section: &mut Section<'_, '_>) -> PasswordSettings {
    let usual = PasswordSettings::default();
    PasswordSettings {
        threads: section
            .key("password_threads", "Threads that hash passwords, besides those of requests.")
            .by_default("one less than there are cores, 4 at most")
            .within(usual.threads, 1..=16),
        waiting_max: section
            .key(
                "passwords_waiting_max",
                "Sign-ins that wait for them; further ones are told to come back.",
            )
            .within(usual.waiting_max, 1..=4_096),
        cost: HashCost {
            memory_kib: section
                .key("password_memory_kib", "Memory of one hash (argon2id); OWASP says 19456.")
                .within(usual.cost.memory_kib, 8..=262_144),
            passes: section
                .key("password_passes", "Passes of one hash over it.")
                .within(usual.cost.passes, 1..=16),
            ..usual.cost
        },
    }
}

words!(Tier: "standard, premium or enterprise");

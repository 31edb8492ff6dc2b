use captely_platform::mail::{MailConfig, SmtpTls, TransportConfig};
use tempfile::TempDir;

use super::{faults, load_in};

/// The way out that `[mail]` and these variables choose.
#[track_caller]
fn way_out(text: &str, variables: &[(&str, &str)]) -> MailConfig {
    let dir = TempDir::new().unwrap();
    let loaded = load_in(dir.path(), &[("captely.toml", &format!("[mail]\n{text}"))], variables);
    faults(&loaded, &[]);
    loaded.settings().unwrap().mail.clone()
}

#[test]
fn mail_goes_out_the_way_that_is_set_up() {
    let none = way_out("", &[]);
    assert!(matches!(none.transport, TransportConfig::Outbox));
    assert_eq!(none.sender.to_string(), "Captely <noreply@captely.com>");

    // The variables of an older .env (NTF-07).
    let old = [
        ("SMTP_SERVER", "smtp.gmail.com"),
        ("SMTP_PORT", "587"),
        ("SMTP_USERNAME", "ada"),
        ("SMTP_PASSWORD", "abcd efgh"),
        ("FROM_EMAIL", "hello@example.com"),
        ("FROM_NAME", "Example"),
    ];
    let mail = way_out("", &old);
    assert_eq!(mail.sender.to_string(), "Example <hello@example.com>");
    let TransportConfig::Smtp(smtp) = mail.transport else { panic!("smtp") };
    assert_eq!(
        (smtp.host.as_str(), smtp.port, smtp.tls),
        ("smtp.gmail.com", 587, SmtpTls::Starttls)
    );
    let (user, password) = smtp.account.unwrap();
    assert_eq!((user.as_str(), password.expose()), ("ada", "abcd efgh"));

    // Those of LeadGen (CFG-05): the account is the sender.
    let leadgen = [
        ("SMTP_HOST", "smtp.sendgrid.net"),
        ("SMTP_EMAIL", "me@example.com"),
        ("SMTP_PASSWORD", "p"),
    ];
    let mail = way_out("", &leadgen);
    assert_eq!(mail.sender.address(), "me@example.com");
    let TransportConfig::Smtp(smtp) = mail.transport else { panic!("smtp") };
    assert_eq!(smtp.account.unwrap().0, "me@example.com");

    for (text, port, tls) in [
        ("smtp_port = 465", 465, SmtpTls::Implicit),
        ("smtp_tls = 'implicit'", 465, SmtpTls::Implicit),
        ("smtp_port = 25\nsmtp_tls = 'none'\nsmtp_host = '127.0.0.1'", 25, SmtpTls::None),
    ] {
        let host = if text.contains("host") { "" } else { "smtp_host = 'mx.example.com'\n" };
        let TransportConfig::Smtp(smtp) = way_out(&format!("{host}{text}"), &[]).transport else {
            panic!("smtp")
        };
        assert_eq!((smtp.port, smtp.tls), (port, tls), "{text}");
    }

    let resend = way_out("", &[("RESEND_API_KEY", "re_1")]);
    assert!(
        matches!(resend.transport, TransportConfig::Resend(config) if config.key.expose() == "re_1")
    );
    let both = [("RESEND_API_KEY", "re_1"), ("SMTP_HOST", "mx.example.com")];
    assert!(matches!(way_out("transport = 'smtp'", &both).transport, TransportConfig::Smtp(_)));
    assert!(matches!(way_out("transport = 'resend'", &both).transport, TransportConfig::Resend(_)));
    assert!(matches!(way_out("transport = 'outbox'", &both).transport, TransportConfig::Outbox));
}

#[test]
fn faults_of_mail_say_what_to_do() {
    let dir = TempDir::new().unwrap();
    for (text, fault) in [
        (
            "transport = 'smtp'",
            "mail.smtp_host is not set, but mail.transport is smtp: name the server",
        ),
        (
            "transport = 'resend'",
            "mail.resend_key is not set, but mail.transport is resend: set RESEND_API_KEY",
        ),
        (
            "transport = 'pigeon'",
            "mail.transport is \"pigeon\", but must be outbox, smtp or resend",
        ),
        ("smtp_host = 'mx.example.com'\nsmtp_user = 'ada'", "set SMTP_PASSWORD"),
        ("smtp_host = 'mx.example.com'\nsmtp_password = 'p'", "set SMTP_USERNAME"),
        (
            "smtp_host = 'mx.example.com'\nsmtp_tls = 'none'",
            "in the clear; use starttls or implicit",
        ),
        ("smtp_host = 'smtp://mx.example.com'", "must be a server's name"),
        ("smtp_host = 'mx.example.com'\nresend_key = 're_1'", "say smtp or resend"),
        ("from_address = 'noreply'", "this is no e-mail address"),
        ("from_address = \"a@example.com\\r\\nBcc: b@example.com\"", "control character"),
    ] {
        let loaded = load_in(dir.path(), &[("captely.toml", &format!("[mail]\n{text}\n"))], &[]);
        let [found] = &loaded.faults[..] else { panic!("{text}: {:?}", loaded.faults) };
        let found = found.to_string();
        assert!(found.contains(fault) && !found.contains("re_1"), "{text}: {found}");
    }
}

//! What `captely serve` needs besides, as far as the settings tell.

use std::net::IpAddr;

use captely_platform::mail::TransportConfig;
use reqwest::Url;

use super::finding::{Finding, Health};
use crate::config::Settings;

pub(super) fn look(settings: &Settings) -> Vec<Finding> {
    vec![keys(settings), address(settings), mail(settings)]
}

fn keys(settings: &Settings) -> Finding {
    let what = "keys of the server";
    if settings.secrets.encryption_keys.is_some() {
        return Finding::new(
            what,
            Health::Works,
            "set; all processes of one database need the same",
        );
    }
    let file = settings.data.dir.join("key");
    let shown = file.display();
    if !settings.database.url.starts_with("sqlite:") {
        let says = format!("each data folder makes its own ({shown}); set ENCRYPTION_KEY");
        return Finding::new(what, Health::Limited, says)
            .unlocking("more than one machine on the database");
    }
    let says = if file.exists() {
        format!("in {shown}; keep a copy, apart from those of the database")
    } else {
        format!("will be made at the first start, in {shown}")
    };
    Finding::new(what, Health::Works, says)
}

fn address(settings: &Settings) -> Finding {
    let (what, url) = ("address of the server", &settings.server.http.public_url);
    if settings.server.http.is_https() {
        return Finding::new(what, Health::Works, format!("people are led to {url}"));
    }
    if is_this_machine(url) {
        let says =
            format!("{url} leads to this machine alone; set PUBLIC_URL for people elsewhere");
        return Finding::new(what, Health::Works, says);
    }
    let says = format!(
        "passwords go to {url} in the clear; put TLS before it and its https:// address into PUBLIC_URL"
    );
    Finding::new(what, Health::Limited, says).unlocking("private connections and passkeys")
}

fn is_this_machine(url: &str) -> bool {
    let url = Url::parse(url).ok();
    let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

fn mail(settings: &Settings) -> Finding {
    let what = "mail of the server";
    let says = match &settings.mail.transport {
        TransportConfig::Outbox => {
            let says = "kept in the database and not sent; set SMTP_SERVER or RESEND_API_KEY";
            return Finding::new(what, Health::Missing, says)
                .unlocking("sign-up, invitations and new passwords for people elsewhere");
        }
        TransportConfig::Smtp(smtp) => format!("to go by {}:{}; not tried", smtp.host, smtp.port),
        TransportConfig::Resend(_) => "to go by Resend; not tried".to_owned(),
    };
    Finding::new(what, Health::Works, says)
}

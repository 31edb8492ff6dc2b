//! The outbox for a browser.

use serde_json::json;

use super::KeptMail;
use super::message::fill;

/// A page that lists `mails`; each leads to `BASE/ID`, `base` being the path of this page.
pub fn list_page(mails: &[KeptMail], base: &str) -> Result<String, String> {
    fill("outbox_list.html", &json!({ "mails": mails, "base": base }))
}

/// A page that shows one mail, its HTML in a frame that runs nothing. `base` is the list's path.
pub fn mail_page(mail: &KeptMail, base: &str) -> Result<String, String> {
    fill("outbox_mail.html", &json!({ "mail": mail, "base": base }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{MailId, WorkspaceId};
    use uuid::Uuid;

    #[test]
    fn pages_run_nothing_of_the_mail() {
        let evil = "</pre><script>alert(1)</script>\"><img src=x onerror=alert(1)>".to_owned();
        let mail = KeptMail {
            id: MailId::from(Uuid::from_u128(7)),
            workspace: WorkspaceId::LOCAL,
            queued_at: "2026-01-05T09:00:00Z".to_owned(),
            from: evil.clone(),
            to: evil.clone(),
            subject: evil.clone(),
            text: evil.clone(),
            html: evil,
        };
        let list = list_page(std::slice::from_ref(&mail), "/_sandbox/mail").unwrap();
        let one = mail_page(&mail, "/_sandbox/mail").unwrap();
        for page in [&list, &one] {
            assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
            assert!(page.contains("&lt;script&gt;"), "{page}");
        }
        assert!(list.contains("mail_00000000000000000000000000000007"), "{list}");
        assert!(one.contains("<iframe sandbox ") && one.matches("</pre>").count() == 1);
        assert!(list_page(&[], "/_sandbox/mail").unwrap().contains("There is none yet."));
    }
}

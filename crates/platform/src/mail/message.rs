//! From a template and its data to a letter.

use std::sync::LazyLock;

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde_json::Value;

use super::mailbox::one_line;
use super::{Letter, Mailbox, Template};

/// A longer text of the data is cut. Links have some hundred characters.
const DATA_CHARS_MAX: usize = 2_000;
/// A longer subject is cut: none is shown longer.
const SUBJECT_CHARS_MAX: usize = 150;

/// Each file below `templates/mail` by its name.
macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../../templates/mail/", $name)))),+]
    };
}

const FILES: [(&str, &str); 24] = files![
    "layout.html",
    "parts.html",
    "outbox_list.html",
    "outbox_mail.html",
    "verify_code.html",
    "verify_code.txt",
    "reset_password.html",
    "reset_password.txt",
    "invitation.html",
    "invitation.txt",
    "invoice_issued.html",
    "invoice_issued.txt",
    "new_device.html",
    "new_device.txt",
    "password_changed.html",
    "password_changed.txt",
    "payment_reminder.html",
    "payment_reminder.txt",
    "receipt.html",
    "receipt.txt",
    "email_in_use.html",
    "email_in_use.txt",
    "two_factor_changed.html",
    "two_factor_changed.txt",
];

/// The templates, compiled once. What is in `.html` is escaped; a name that has no value is an error.
static TEXTS: LazyLock<Result<Environment<'static>, minijinja::Error>> = LazyLock::new(|| {
    let mut texts = Environment::new();
    texts.set_undefined_behavior(UndefinedBehavior::Strict);
    texts.set_auto_escape_callback(|name| {
        let is_html = name.rsplit_once('.').is_some_and(|(_, kind)| kind == "html");
        if is_html { AutoEscape::Html } else { AutoEscape::None }
    });
    for (name, text) in FILES {
        texts.add_template(name, text)?;
    }
    Ok(texts)
});

/// One of the files with its names filled in. The error names the file and the line.
pub(super) fn fill(file: &str, data: &Value) -> Result<String, String> {
    let texts = TEXTS.as_ref().map_err(|why| format!("a template is broken: {why}"))?;
    let filled = texts.get_template(file).and_then(|text| text.render(Serde(data)));
    filled.map_err(|why| format!("the template {file} cannot be filled in: {why}"))
}

/// The letter that `template` makes.
pub(super) fn write(from: &Mailbox, to: &Mailbox, template: &Template) -> Result<Letter, String> {
    let mut data = template.data();
    clean(&mut data);
    let name = template.name();
    let text = fill(&format!("{name}.txt"), &data)?;
    let (subject, text) =
        text.strip_prefix("Subject: ")
            .and_then(|rest| rest.split_once("\n\n"))
            .ok_or_else(|| format!("the template {name}.txt does not begin with its subject"))?;
    let subject: String = one_line(subject).chars().take(SUBJECT_CHARS_MAX).collect();
    if let Some(data) = data.as_object_mut() {
        data.insert("subject".to_owned(), subject.clone().into());
    }
    let html = fill(&format!("{name}.html"), &data)?;
    Ok(Letter { from: from.clone(), to: to.clone(), subject, html, text: text.to_owned() })
}

/// Every text on one line: names of people and workspaces are written by strangers, and a line break
/// in one would let them write a paragraph of ours.
fn clean(data: &mut Value) {
    match data {
        Value::String(text) => *text = one_line(text).chars().take(DATA_CHARS_MAX).collect(),
        Value::Array(all) => all.iter_mut().for_each(clean),
        Value::Object(all) => all.values_mut().for_each(clean),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVIL: &str =
        "<script>alert(1)</script>\r\nBcc: eve@example.com\r\n\r\n\"'><img src=x onerror=y>";

    fn all(text: &str) -> Vec<Template> {
        let t = || text.to_owned();
        vec![
            Template::VerifyCode { code: t(), minutes: 10 },
            Template::ResetPassword { link: t(), minutes: 30 },
            Template::Invitation { workspace: t(), inviter: t(), role: t(), link: t(), days: 7 },
            Template::NewDevice { when: t(), address: t(), browser: t() },
            Template::PasswordChanged { when: t() },
            Template::EmailInUse { sign_in_link: t(), reset_link: t() },
            Template::TwoFactorChanged { change: t(), when: t() },
        ]
    }

    fn letter(template: &Template, name: &str) -> Letter {
        let from = Mailbox::new("noreply@captely.com", Some("Captely")).unwrap();
        let to = Mailbox::new("ada@example.com", Some(name)).unwrap();
        write(&from, &to, template).unwrap()
    }

    #[test]
    fn every_mail_says_all_its_data_twice() {
        for template in all("WORD-7") {
            let letter = letter(&template, "Ada");
            let name = template.name();
            let fields = template.data().as_object().unwrap().len();
            for (what, text) in [("html", &letter.html), ("text", &letter.text)] {
                assert!(text.contains("WORD-7"), "{name} {what}");
                let numbers = ["10", "30", "7"].iter().any(|n| text.contains(n));
                assert!(numbers || fields < 2, "{name} {what}");
                assert!(!text.contains("{{") && !text.contains("{%"), "{name} {what}");
            }
            assert!(!letter.subject.is_empty() && !letter.subject.contains("Subject"), "{name}");
            assert!(letter.html.contains("lang=\"en\"") && letter.html.contains("color-scheme"));
            assert!(letter.html.contains(&format!("<title>{}</title>", letter.subject)), "{name}");
        }
    }

    #[test]
    fn nothing_that_strangers_write_becomes_markup_or_a_line() {
        for template in all(EVIL) {
            let letter = letter(&template, EVIL);
            let name = template.name();
            for tag in ["<script", "<img", "onerror=y>", "\"'>"] {
                assert!(!letter.html.contains(tag), "{name}: {tag}");
            }
            assert!(letter.html.contains("&lt;script&gt;"), "{name}");
            assert!(!letter.subject.contains(['\r', '\n']), "{name}");
            for (what, text) in [("html", &letter.html), ("text", &letter.text)] {
                assert!(!text.lines().any(|line| line.starts_with("Bcc:")), "{name} {what}");
                assert!(!text.contains('\r'), "{name} {what}");
            }
        }
    }

    #[test]
    fn long_data_are_cut() {
        let template = Template::PasswordChanged { when: "x".repeat(100_000) };
        assert!(letter(&template, "Ada").html.len() < 20_000);
        let workspace = "w".repeat(500);
        let invitation = Template::Invitation {
            workspace,
            inviter: "Ada".into(),
            role: "user".into(),
            link: "https://x.example/".into(),
            days: 7,
        };
        assert_eq!(letter(&invitation, "Ada").subject.chars().count(), SUBJECT_CHARS_MAX);
    }

    #[test]
    fn a_name_without_a_value_is_an_error() {
        let why = fill("verify_code.txt", &serde_json::json!({ "code": "1" })).unwrap_err();
        assert!(why.contains("verify_code.txt") && why.contains("undefined"), "{why}");
    }

    #[test]
    fn logs_show_no_code() {
        let template = Template::VerifyCode { code: "123456".into(), minutes: 10 };
        assert_eq!(format!("{template:?}"), "Template(verify_code)");
        assert!(!format!("{:?}", letter(&template, "Ada")).contains("123456"));
    }
}

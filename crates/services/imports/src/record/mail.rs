use captely_contact::EmailAddress;
use captely_verify::repair;

/// What a cell of addresses holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Those that can be read, in order.
    pub(super) addresses: Vec<EmailAddress>,
    /// Why others cannot, in a sentence's words.
    pub(super) fault: Option<String>,
}

/// Reads the addresses of a cell: one, several with signs or blanks between them, `mailto:`, `Name <a@b>`.
pub(super) fn read(text: &str) -> Found {
    // The way of nearly every cell.
    let whole = match text.parse::<EmailAddress>() {
        Ok(address) => return Found { addresses: vec![address], fault: None },
        Err(why) => why,
    };
    let parts = text.split(|c: char| c.is_whitespace() || ",;|<>()\"'".contains(c));
    let mut found = Found::default();
    for part in parts.filter(|part| part.contains('@')) {
        let bare = part.trim_matches(|c: char| ".:/".contains(c));
        let bare = match bare.get(..7) {
            Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => bare.get(7..).unwrap_or(""),
            _ => bare,
        };
        match bare.split('?').next().unwrap_or_default().parse::<EmailAddress>() {
            Ok(address) if found.addresses.contains(&address) => {}
            Ok(address) => found.addresses.push(address),
            Err(why) => found.fault = found.fault.or_else(|| Some(format!("{bare:?} {why}"))),
        }
    }
    if found.addresses.is_empty() {
        let meant = repair(text).map(|meant| format!("; {meant} may be meant"));
        found.fault = Some(format!(
            "this is no e-mail address: it {whole}{}; it was left out",
            meant.unwrap_or_default()
        ));
    } else if let Some(fault) = &mut found.fault {
        fault.push_str("; it was left out, the others were taken");
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, addresses: &[&str], fault: Option<&str>) {
        let found = read(text);
        let got: Vec<&str> = found.addresses.iter().map(EmailAddress::as_str).collect();
        assert_eq!(got, addresses, "{text}");
        assert_eq!(found.fault.as_deref(), fault, "{text}");
    }

    #[test]
    fn addresses_in_a_cell() {
        check("John@ACME.example", &["john@acme.example"], None);
        check("mailto:ada@acme.example?subject=x", &["ada@acme.example"], None);
        check("\"Rao, Asha\" <asha@acme.example>", &["asha@acme.example"], None);
        check("a@x.example; b@x.example, a@x.example", &["a@x.example", "b@x.example"], None);
        check("a@x.example b@x.example.", &["a@x.example", "b@x.example"], None);
        check(
            "a@x.example, b@x",
            &["a@x.example"],
            Some(
                "\"b@x\" has a domain that has no dot, so it is no domain; it was left out, the others were taken",
            ),
        );
        check(
            "ada@gmail,com",
            &[],
            Some(
                "this is no e-mail address: it has a domain that has no dot, so it is no domain; \
                  ada@gmail.com may be meant; it was left out",
            ),
        );
        check(
            "TBD",
            &[],
            Some("this is no e-mail address: it has no name before an @; it was left out"),
        );
    }
}

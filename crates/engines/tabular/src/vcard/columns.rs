use super::property::Property;

/// The columns that a card gives, in the order of the table. Others follow under their own names.
const COLUMNS: [&str; 24] = [
    "Full Name",
    "Name Prefix",
    "First Name",
    "Middle Name",
    "Last Name",
    "Name Suffix",
    "Company",
    "Department",
    "Job Title",
    "Role",
    "Email",
    "Personal Email",
    "Phone",
    "Work Phone",
    "Mobile Phone",
    "Home Phone",
    "Fax",
    "Website",
    "LinkedIn URL",
    "Street",
    "City",
    "State",
    "Postal Code",
    "Country",
];
/// Properties that are no values of a list: pictures, keys, what the program says of itself.
const LEFT_OUT: [&str; 12] = [
    "VERSION",
    "PRODID",
    "PHOTO",
    "LOGO",
    "SOUND",
    "KEY",
    "SOURCE",
    "NAME",
    "LABEL",
    "AGENT",
    "X-ABLABEL",
    "X-ABADR",
];

/// The place of a column in the table; unknown ones come last.
pub(crate) fn rank(column: &str) -> usize {
    let first = |known: &str| column == known || numbered(column) == Some(known);
    COLUMNS.iter().position(|c| first(c)).unwrap_or(COLUMNS.len())
}

fn numbered(column: &str) -> Option<&str> {
    let (name, number) = column.rsplit_once(' ')?;
    number.bytes().all(|b| b.is_ascii_digit()).then_some(name)
}

/// The cells of one card.
#[derive(Debug, Default)]
pub(super) struct Cells(pub(super) Vec<(String, String)>);

impl Cells {
    /// The cells of some properties. What is preferred comes first, so that it is the first of its kind.
    pub(super) fn of(mut properties: Vec<Property>) -> Self {
        properties.sort_by_key(|p| !p.is(&["pref"]));
        let business = properties.iter().any(|p| p.name == "EMAIL" && !p.is(&["home"]));
        let mut cells = Self::default();
        for property in &properties {
            cells.property(property, business);
        }
        cells
    }

    fn property(&mut self, property: &Property, business: bool) {
        match property.name.as_str() {
            name if LEFT_OUT.contains(&name) => {}
            "FN" => self.put("Full Name", property.text()),
            "N" => self.structured(
                &["Last Name", "First Name", "Middle Name", "Name Prefix", "Name Suffix"],
                property,
            ),
            "ORG" => self.structured(&["Company", "Department"], property),
            "TITLE" => self.put("Job Title", property.text()),
            "ROLE" => self.put("Role", property.text()),
            // An address at home is the private one, unless it is all there is.
            "EMAIL" if property.is(&["home"]) && business => {
                self.put("Personal Email", bare(&property.text(), "mailto:"));
            }
            "EMAIL" => self.put("Email", bare(&property.text(), "mailto:")),
            "TEL" => self.put(phone_column(property), bare(&property.text(), "tel:")),
            "ADR" => self.address(property),
            "URL" | "X-SOCIALPROFILE" => self.page(property),
            "BDAY" => self.put("Birthday", property.text()),
            "NOTE" => self.put("Notes", property.text()),
            "CATEGORIES" => self.put("Tags", property.list().join(", ")),
            "UID" => self.put("External ID", property.text()),
            "REV" => self.put("Last Modified", property.text()),
            "NICKNAME" => self.put("Nickname", property.text()),
            other => self.put(other, property.text()),
        }
    }

    /// A cell in the first free column of that name: `Email`, `Email 2`, ….
    fn put(&mut self, column: &str, value: String) {
        if value.trim().is_empty() || self.0.iter().any(|(c, v)| starts(c, column) && *v == value) {
            return;
        }
        let copies = self.0.iter().filter(|(c, _)| starts(c, column)).count();
        let name = if copies == 0 { column.to_owned() } else { format!("{column} {}", copies + 1) };
        self.0.push((name, value));
    }

    fn structured(&mut self, columns: &[&str], property: &Property) {
        for (column, value) in columns.iter().zip(property.components()) {
            self.put(column, value);
        }
    }

    /// RFC 6350 §6.3.1: box, extension, street, town, region, code, country. A second address is one text.
    fn address(&mut self, property: &Property) {
        let parts = property.components();
        let part = |at: usize| parts.get(at).cloned().unwrap_or_default();
        if self.0.iter().any(|(c, _)| matches!(c.as_str(), "Street" | "City" | "Country")) {
            let filled: Vec<String> = parts.into_iter().filter(|p| !p.is_empty()).collect();
            return self.put("Other Address", filled.join(", "));
        }
        let street: Vec<String> = (0..3).rev().map(part).filter(|p| !p.is_empty()).collect();
        self.put("Street", street.join(", "));
        for (column, at) in [("City", 3), ("State", 4), ("Postal Code", 5), ("Country", 6)] {
            self.put(column, part(at));
        }
    }

    fn page(&mut self, property: &Property) {
        let url = property.text();
        let of = |site: &str| {
            property.is(&[site]) || url.to_lowercase().contains(&format!("{site}.com/"))
        };
        let column = if of("linkedin") {
            "LinkedIn URL"
        } else if of("twitter") {
            "Twitter URL"
        } else if of("facebook") {
            "Facebook URL"
        } else if property.name == "URL" {
            "Website"
        } else {
            "Social Profile"
        };
        self.put(column, url);
    }
}

fn starts(column: &str, name: &str) -> bool {
    column == name || numbered(column) == Some(name)
}

fn phone_column(property: &Property) -> &'static str {
    if property.is(&["fax"]) {
        "Fax"
    } else if property.is(&["cell", "iphone"]) {
        "Mobile Phone"
    } else if property.is(&["work"]) {
        "Work Phone"
    } else if property.is(&["home"]) {
        "Home Phone"
    } else {
        "Phone"
    }
}

/// A value without the scheme of its URI (RFC 6350 §6.4.1).
fn bare(value: &str, scheme: &str) -> String {
    let head = value.get(..scheme.len()).filter(|head| head.eq_ignore_ascii_case(scheme));
    head.and_then(|_| value.get(scheme.len()..)).unwrap_or(value).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::TextCoding;

    #[track_caller]
    fn check(lines: &[&str], expected: &[(&str, &str)]) {
        let parse = |l: &&str| Property::parse(l.as_bytes(), TextCoding::Utf8).unwrap();
        let Cells(cells) = Cells::of(lines.iter().map(parse).collect());
        let cells: Vec<(&str, &str)> =
            cells.iter().map(|(c, v)| (c.as_str(), v.as_str())).collect();
        assert_eq!(cells, expected, "{lines:?}");
    }

    #[test]
    fn properties_become_cells() {
        check(
            &[
                "EMAIL;TYPE=home:a@home.example",
                "EMAIL;TYPE=work:a@work.example",
                "EMAIL:b@work.example",
            ],
            &[
                ("Personal Email", "a@home.example"),
                ("Email", "a@work.example"),
                ("Email 2", "b@work.example"),
            ],
        );
        check(&["EMAIL;TYPE=home:a@home.example"], &[("Email", "a@home.example")]);
        check(
            &[
                "TEL;TYPE=cell:1",
                "TEL;TYPE=work,fax:2",
                "TEL;TYPE=work;PREF=1:tel:+3",
                "TEL:4",
                "TEL:5",
            ],
            &[
                ("Work Phone", "+3"),
                ("Mobile Phone", "1"),
                ("Fax", "2"),
                ("Phone", "4"),
                ("Phone 2", "5"),
            ],
        );
        check(
            &[
                "ADR;TYPE=work:;Floor 2;1 Mill Lane;Bath;;BA1 1AA;UK",
                "ADR;TYPE=home:;;2 High St;Ely;;;UK",
            ],
            &[
                ("Street", "1 Mill Lane, Floor 2"),
                ("City", "Bath"),
                ("Postal Code", "BA1 1AA"),
                ("Country", "UK"),
                ("Other Address", "2 High St, Ely, UK"),
            ],
        );
        check(
            &["URL:https://www.linkedin.com/in/ada", "URL:https://ada.example", "ORG:Acme;Sales"],
            &[
                ("LinkedIn URL", "https://www.linkedin.com/in/ada"),
                ("Website", "https://ada.example"),
                ("Company", "Acme"),
                ("Department", "Sales"),
            ],
        );
        assert!(rank("Phone 2") > rank("Email") && rank("X-OWN") > rank("Country"));
    }
}

use captely_crm::Stance;
use captely_tabular::recognise;

use super::*;

/// What a row of the columns becomes, a line a value, and its problems.
fn told(header: &[&str], row: &[&str], usual_country: Option<&str>) -> (Vec<String>, Vec<String>) {
    let header: Vec<String> = header.iter().map(|h| (*h).to_owned()).collect();
    let row: Vec<String> = row.iter().map(|c| (*c).to_owned()).collect();
    let map = ColumnMap::recognised(&header, recognise(&header, std::slice::from_ref(&row)));
    let facts = ColumnFacts::find(&header, std::slice::from_ref(&row));
    let rules = ReadingRules {
        usual_country: usual_country.map(str::to_owned),
        date_order: None,
        now: "2026-01-01T00:00:00Z".parse().unwrap(),
    };
    let record = RecordReader::new(&map, &facts, &rules).read(&row);
    let problems = record.problems.iter();
    let problems = problems.map(|p| format!("{} {} {:?}: {}", p.column, p.name, p.value, p.reason));
    (record.contact.map_or_else(Vec::new, |contact| lines(&contact)), problems.collect())
}

fn lines(contact: &NewContact) -> Vec<String> {
    let person = &contact.person;
    let domain = person.domain.as_ref().map_or("", |d| d.as_str());
    let plain = [
        ("first", person.first_name.as_str()),
        ("last", &person.last_name),
        ("company", &person.company),
        ("domain", domain),
        ("title", &person.title),
        ("linkedin", &person.linkedin_url),
        ("country", &person.country),
        ("email", contact.email.as_ref().map_or("", |e| e.as_str())),
        ("phone", contact.phone.as_deref().unwrap_or_default()),
    ];
    let plain = plain.into_iter().filter(|(_, v)| !v.is_empty());
    let mut lines: Vec<String> = plain.map(|(key, value)| format!("{key}={value}")).collect();
    lines.extend(contact.details.iter().map(|(detail, value)| format!("{detail}={value}")));
    if let Some(company) = &contact.company {
        assert_eq!((&company.name, &company.domain), (&person.company, &person.domain));
        lines.extend(company.details.iter().map(|(d, value)| format!("company.{d}={value}")));
    }
    lines.extend(contact.tags.iter().map(|tag| format!("tag={tag}")));
    for consent in &contact.consents {
        let stance = if consent.stance == Stance::Given { "given" } else { "refused" };
        lines.push(format!("{} {stance} ({})", consent.channel.as_str(), consent.evidence));
    }
    lines.extend(contact.as_of.map(|at| format!("as_of={at}")));
    lines
}

#[track_caller]
fn check(header: &[&str], row: &[&str], expected: &[&str]) {
    let (lines, problems) = told(header, row, None);
    assert_eq!(lines, expected, "{row:?}");
    assert_eq!(problems, [""; 0], "{row:?}");
}

#[track_caller]
fn check_problem(header: &[&str], row: &[&str], expected: &[&str], problem: &str) {
    let (lines, problems) = told(header, row, None);
    assert_eq!(lines, expected, "{row:?}");
    assert_eq!(problems, [problem], "{row:?}");
}

#[test]
fn a_row_becomes_a_contact() {
    check(
        &["Full Name", "Company", "Website", "Email", "Phone", "Title", "Country", "LinkedIn URL"],
        &[
            " Dr. Asha RAO, MBA ",
            "Mills GmbH",
            "https://www.Mills.example/about",
            "Asha@MILLS.example",
            "030 901820",
            "VP Sales",
            "Deutschland",
            "http://de.linkedin.com/in/Asha-Rao/?trk=x",
        ],
        &[
            "first=Asha",
            "last=RAO",
            "company=Mills",
            "domain=mills.example",
            "title=VP Sales",
            "linkedin=https://www.linkedin.com/in/asha-rao",
            "country=DE",
            "email=asha@mills.example",
            "phone=+4930901820",
            "name_prefix=Dr.",
            "name_suffix=MBA",
            "seniority=vp",
            "department=sales",
            "company.legal_form=GmbH",
            "company.website=https://www.Mills.example/about",
        ],
    );
}

#[test]
fn names_are_joined_and_split() {
    let names = ["First Name", "Last Name", "Full Name"];
    check(&names, &["mary-jane", "o'brien", ""], &["first=Mary-Jane", "last=O'Brien"]);
    check(&names, &["", "", "王小明"], &["first=小明", "last=王"]);
    check(&names, &["Ada", "", "Ada Lovelace"], &["first=Ada", "last=Lovelace"]);
    check(&names, &["Ada 🚀", "Lovelace (she/her)", ""], &["first=Ada", "last=Lovelace"]);
    check_problem(
        &["Full Name", "Email"],
        &["ada@mills.example", "ada@mills.example"],
        &["domain=mills.example", "email=ada@mills.example"],
        "1 Full Name \"ada@mills.example\": this is an address, not a name; it was left out",
    );
}

#[test]
fn no_domain_is_a_mail_providers() {
    let header = ["Name", "Email", "Company Domain"];
    check(&header, &["Ada", "ada@gmail.com", ""], &["first=Ada", "email=ada@gmail.com"]);
    check(&header, &["Ada", "ada@gmail.com", "gmail.com"], &["first=Ada", "email=ada@gmail.com"]);
    check(
        &header,
        &["Ada", "ada@eu.mills.example", ""],
        &["first=Ada", "domain=mills.example", "email=ada@eu.mills.example"],
    );
}

#[test]
fn further_addresses_and_numbers_are_kept() {
    check(
        &["Name", "Email", "Email 2", "Personal Email"],
        &["Ada", "a@mills.example; b@mills.example", "c@mills.example", "ada@gmail.com"],
        &[
            "first=Ada",
            "domain=mills.example",
            "email=a@mills.example",
            "personal_email=ada@gmail.com",
            "other_email=b@mills.example; c@mills.example",
        ],
    );
    check(
        &["Name", "Email", "Personal Email"],
        &["Ada", "", "ada@lovelace.example"],
        &["first=Ada", "email=ada@lovelace.example", "personal_email=ada@lovelace.example"],
    );
    check(
        &["Name", "Phone", "Mobile Phone", "Work Phone", "Country"],
        &["Ada", "+44 20 7946 0958", "+44 7400 123456", "020 7946 0959", "UK"],
        &[
            "first=Ada",
            "country=GB",
            "phone=+447400123456",
            "work_phone=+442079460959",
            "mobile_phone=+447400123456",
            "other_phone=+442079460958",
        ],
    );
}

#[test]
fn values_that_cannot_be_used_are_told_and_the_row_stays() {
    check_problem(
        &["Name", "Email"],
        &["Ada", "ada at mills"],
        &["first=Ada"],
        "2 Email \"ada at mills\": this is no e-mail address: it has no name before an @; it was left out",
    );
    check_problem(
        &["Name", "Phone"],
        &["Ada", "9.87654E+09"],
        &["first=Ada"],
        "2 Phone \"9.87654E+09\": A spreadsheet has cut digits off; the number must be taken from its source; \
         it was left out",
    );
    check_problem(
        &["Name", "Country"],
        &["Ada", "Atlantis"],
        &["first=Ada", "country=Atlantis"],
        "2 Country \"Atlantis\": no country is called so; it was kept as it stands",
    );
    check_problem(
        &["Name", "LinkedIn URL"],
        &["Ada", "yes"],
        &["first=Ada"],
        "2 LinkedIn URL \"yes\": this is no address of a LinkedIn page; it was left out",
    );
    check_problem(
        &["Name", "Created At"],
        &["Ada", "03/05/2024"],
        &["first=Ada"],
        "2 Created At \"03/05/2024\": day and month could be either; say which comes first; it was left out",
    );
    check_problem(
        &["Name", "Created At"],
        &["Ada", "2031-03-05"],
        &["first=Ada", "source_created_at=2031-03-05"],
        "2 Created At \"2031-03-05\": the date lies in the future",
    );
}

#[test]
fn consent_is_never_a_subscription() {
    check(
        &["Email", "Unsubscribed", "Do Not Call"],
        &["ada@gmail.com", "TRUE", "yes"],
        &[
            "email=ada@gmail.com",
            "email refused (Unsubscribed: TRUE)",
            "call refused (Do Not Call: yes)",
        ],
    );
    check(&["Email", "Unsubscribed"], &["ada@gmail.com", "FALSE"], &["email=ada@gmail.com"]);
    check(
        &["Email", "Lead Status", "Tags"],
        &["ada@gmail.com", "Do Not Contact", "vip; unsubscribed | vip"],
        &[
            "email=ada@gmail.com",
            "lead_status=Do Not Contact",
            "tag=vip",
            "tag=unsubscribed",
            "email refused (Lead Status: Do Not Contact)",
            "email refused (Tags: unsubscribed)",
        ],
    );
    check(
        &["Email", "Email Status"],
        &["ada@gmail.com", "bounced"],
        &["email=ada@gmail.com", "email_status=bounced"],
    );
}

#[test]
fn companies_have_details_of_their_own() {
    check(
        &[
            "Company",
            "Company Domain",
            "# Employees",
            "Annual Revenue",
            "Industry",
            "Founded Year",
            "Company LinkedIn URL",
            "Company Country",
            "Technologies",
        ],
        &[
            "Mills & Co. Ltd.",
            "mills.example",
            "51 to 200",
            "$1.5M",
            "Textiles",
            "1998",
            "linkedin.com/company/Mills/",
            "uk",
            "Loom, Shuttle",
        ],
        &[
            "company=Mills & Co.",
            "domain=mills.example",
            "company.legal_form=Ltd.",
            "company.linkedin_url=https://www.linkedin.com/company/mills",
            "company.country=GB",
            "company.industry=Textiles",
            "company.employees=51-200",
            "company.revenue=1500000 USD",
            "company.founded_year=1998",
            "company.technologies=Loom; Shuttle",
        ],
    );
}

#[test]
fn rows_that_name_nobody_make_no_contact() {
    for row in [["", "", "Bath"], [" ", "n/a", "Bath"], ["-", "nobody", ""]] {
        let (lines, problems) = told(&["Name", "Email", "City"], &row, None);
        assert_eq!((lines.len(), problems.len()), (0, usize::from(row[1] == "nobody")), "{row:?}");
    }
    check(&["Name", "Email"], &["A\0da", "a\0@gmail.com"], &["first=Ada", "email=a@gmail.com"]);
}

#[test]
fn a_country_for_numbers_may_come_from_elsewhere() {
    let header = ["First Name", "Phone", "Location", "Website"];
    for (row, usual, phone) in [
        (["Ada", "020 7946 0958", "London, United Kingdom", ""], None, "phone=+442079460958"),
        (["Ada", "020 7946 0958", "", "mills.co.uk"], None, "phone=+442079460958"),
        (["Ada", "020 7946 0958", "", ""], Some("GB"), "phone=+442079460958"),
    ] {
        let (lines, problems) = told(&header, &row, usual);
        assert!(
            lines.iter().any(|line| line == phone) && problems.is_empty(),
            "{lines:?} {problems:?}"
        );
    }
}

#[test]
fn a_change_elsewhere_is_known() {
    let row = ["ada@gmail.com", "2024-03-15T09:30:00Z"];
    check(
        &["Email", "Last Modified Date"],
        &row,
        &["email=ada@gmail.com", "as_of=2024-03-15T09:30:00Z"],
    );
}

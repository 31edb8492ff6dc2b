use captely_tabular::{Preset, Role, recognise};

#[track_caller]
fn check(columns: &[(&str, Role)]) -> captely_tabular::Mapping {
    let header: Vec<String> = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mapping = recognise(&header, &[]);
    for ((name, role), found) in columns.iter().zip(&mapping.columns) {
        assert_eq!(found.role, *role, "{name:?}: {}", found.reason);
    }
    mapping
}

#[test]
fn presets_by_signature() {
    let apollo = [
        ("First Name", Role::FirstName),
        ("Last Name", Role::LastName),
        ("Title", Role::Title),
        ("Company Name", Role::Company),
        ("Company Name for Emails", Role::Ignore),
        ("Email", Role::Email),
        ("Email Status", Role::EmailStatus),
        ("Primary Email Source", Role::Ignore),
        ("Work Direct Phone", Role::WorkPhone),
        ("Mobile Phone", Role::MobilePhone),
        ("Corporate Phone", Role::CompanyPhone),
        ("Do Not Call", Role::DoNotCall),
        ("Person Linkedin Url", Role::LinkedinUrl),
        ("Website", Role::Website),
        ("Company Linkedin Url", Role::CompanyLinkedinUrl),
        ("Secondary Email", Role::OtherEmail),
        ("Apollo Contact Id", Role::ExternalId),
    ];
    assert_eq!(check(&apollo).preset, Some(Preset::ApolloThird));
    assert_eq!(Preset::ApolloThird.form(), "Apollo people export, 2025 form");
    let linkedin = [
        ("First Name", Role::FirstName),
        ("Last Name", Role::LastName),
        ("URL", Role::LinkedinUrl),
        ("Email Address", Role::Email),
        ("Company", Role::Company),
        ("Position", Role::Title),
        ("Connected On", Role::CreatedAt),
    ];
    assert_eq!(check(&linkedin).preset, Some(Preset::LinkedinConnections));
    let evaboot = [
        ("First Name", Role::FirstName),
        ("Last Name", Role::LastName),
        ("Full Name", Role::FullName),
        ("Current Job", Role::Title),
        ("Linkedin URL Public", Role::LinkedinUrl),
        ("Linkedin URL Unique ID", Role::Ignore),
        ("Email", Role::Email),
        ("Company Name", Role::Company),
        ("Company Domain", Role::Domain),
        ("Company Website URL", Role::Website),
        ("Matches Filters", Role::Ignore),
    ];
    assert_eq!(check(&evaboot).preset, Some(Preset::Evaboot));
    let hubspot = [
        ("Record ID - Contact", Role::ExternalId),
        ("First Name", Role::FirstName),
        ("Last Name", Role::LastName),
        ("Email", Role::Email),
        ("Phone Number", Role::Phone),
        ("Contact owner", Role::Owner),
        ("Lead Status", Role::LeadStatus),
        ("Marketing contact status", Role::Consent),
        ("Create Date", Role::CreatedAt),
        ("Last Activity Date", Role::Ignore),
        ("Record ID - Company", Role::Ignore),
        ("Company name", Role::Company),
    ];
    assert_eq!(check(&hubspot).preset, Some(Preset::HubspotContacts));
    check(&[
        ("email", Role::Email),
        ("first_name", Role::FirstName),
        ("last_name", Role::LastName),
        ("company_name", Role::Company),
        ("website", Role::Website),
        ("linkedin_url", Role::LinkedinUrl),
    ]);
}

#[test]
fn traps_of_real_exports() {
    check(&[
        ("ZoomInfo Contact ID", Role::ExternalId),
        ("Last Name", Role::LastName),
        ("First Name", Role::FirstName),
        ("Job Title", Role::Title),
        ("Previous Job Title", Role::Ignore),
        ("Email Address", Role::Email),
        ("Company Name", Role::Company),
    ]);
    check(&[
        ("Organization Name", Role::Company),
        ("Organization Name URL", Role::Ignore),
        ("LinkedIn", Role::CompanyLinkedinUrl),
        ("Website", Role::Website),
    ]);
    check(&[
        ("Title", Role::NamePrefix),
        ("First Name", Role::FirstName),
        ("Last Name", Role::LastName),
        ("Company", Role::Company),
        ("Job Title", Role::Title),
        ("E-mail Address", Role::Email),
        ("E-mail Display Name", Role::Ignore),
        ("Business Phone", Role::WorkPhone),
    ]);
    check(&[
        ("Anrede", Role::NamePrefix),
        ("Titel", Role::NamePrefix),
        ("Vorname", Role::FirstName),
        ("Name", Role::LastName),
        ("Firma", Role::Company),
    ]);
    check(&[("Fornavn", Role::FirstName), ("Efternavn", Role::LastName), ("Titel", Role::Title)]);
    check(&[
        ("Task ID", Role::Unknown),
        ("Name", Role::Ignore),
        ("Assignee", Role::Ignore),
        ("Assignee Email", Role::Ignore),
    ]);
    check(&[
        ("Prénom", Role::FirstName),
        ("Nom", Role::LastName),
        ("Société", Role::Company),
        ("Courriel", Role::Email),
    ]);
    check(&[("Nome", Role::FirstName), ("Cognome", Role::LastName), ("Azienda", Role::Company)]);
    check(&[("会社名", Role::Company), ("氏名", Role::FullName), ("メールアドレス", Role::Email)]);
    for name in
        ["EMAIL_BLACKLISTED", "Email Opt Out", "cleaned", "Unsubscribed", "UNSUB", "Abgemeldet"]
    {
        check(&[("Email", Role::Email), (name, Role::Consent)]);
    }
}

/// Values as the second argument of `recognise`: columns turned into rows.
fn rows(columns: &[&[&str]]) -> Vec<Vec<String>> {
    let height = columns.iter().map(|c| c.len()).max().unwrap_or(0);
    let row = |i: usize| columns.iter().map(|c| c.get(i).unwrap_or(&"").to_string()).collect();
    (0..height).map(row).collect()
}

#[track_caller]
fn by_values(columns: &[(&str, &[&str], Role)]) {
    let header: Vec<String> = columns.iter().map(|(name, ..)| (*name).to_owned()).collect();
    let values: Vec<&[&str]> = columns.iter().map(|(_, values, _)| *values).collect();
    let mapping = recognise(&header, &rows(&values));
    for ((name, _, role), found) in columns.iter().zip(&mapping.columns) {
        assert_eq!(found.role, *role, "{name:?}: {}", found.reason);
    }
}

#[test]
fn values_win_over_names() {
    let people: &[&str] = &["Ada Example", "Bo Example", "Cy Example"];
    let mails: &[&str] = &["ada@example.com", "bo@example.com", "email_not_unlocked@example.com"];
    let firms: &[&str] = &["Acme Inc.", "Looms Ltd", "Engines GmbH"];
    by_values(&[("Email", people, Role::Unknown), ("Reach at", mails, Role::Email)]);
    by_values(&[("Name", firms, Role::Company), ("Email", mails, Role::Email)]);
    by_values(&[("Assignee Email", mails, Role::Ignore), ("Name", people, Role::FullName)]);
    by_values(&[
        ("Title", &["Mr", "Ms.", "Dr."], Role::NamePrefix),
        ("Last Name", people, Role::LastName),
    ]);
    let pages: &[&str] = &["https://www.linkedin.com/company/acme", "linkedin.com/company/looms"];
    let profiles: &[&str] = &["https://www.linkedin.com/in/ada", "https://linkedin.com/in/bo"];
    by_values(&[
        ("LinkedIn", pages, Role::CompanyLinkedinUrl),
        ("First Name", people, Role::FirstName),
    ]);
    by_values(&[("Link", profiles, Role::LinkedinUrl), ("First Name", people, Role::FirstName)]);
    by_values(&[
        ("Phone", people, Role::Unknown),
        ("Tel", &["504-621-8927", "9.87654E+09", "'+1 555 123 4567"], Role::Phone),
    ]);
    // The whole left block overwritten by one label, as seen in the wild.
    by_values(&[
        ("First Name", people, Role::Unknown),
        ("First Name", people, Role::Unknown),
        ("First Name", firms, Role::Unknown),
        ("First Name", mails, Role::Email),
        ("Company", firms, Role::Company),
    ]);
}

#[test]
fn a_person_may_choose() {
    let header = ["Wer", "Wo", "Email"].map(str::to_owned);
    let mut mapping = recognise(&header, &[]);
    assert!(mapping.problem().is_some());
    assert!(mapping.set("Wer", Role::FullName));
    assert!(mapping.set("2", Role::Company));
    assert!(mapping.set("wo", Role::Email), "found by its words too");
    assert!(!mapping.set("nothing", Role::Company) && !mapping.set("9", Role::Company));
    let roles: Vec<Role> = mapping.columns.iter().map(|c| c.role).collect();
    assert_eq!(roles, [Role::FullName, Role::Email, Role::Unknown]);
    assert_eq!("company".parse(), Ok(Role::Company));
}

#[test]
fn nameless_columns_are_known_by_their_values() {
    by_values(&[
        ("Column 1", &["Mr", "Ms"], Role::NamePrefix),
        ("", &["Acme Inc.", "Looms Ltd"], Role::Company),
        ("Column 3", &["+44 20 7946 0958", "+44 20 7946 0959"], Role::Phone),
        ("Column 4", &["www.acme.example", "looms.example"], Role::Website),
        ("Column 5", &["1001", "1002"], Role::Unknown),
        ("Photo", &["https://img.example/a.png", "https://img.example/b.png"], Role::Ignore),
    ]);
}

#[test]
fn a_name_with_two_halves_is_one_thing_or_none() {
    check(&[("First Name / Vorname", Role::FirstName), ("Company / Account", Role::Company)]);
    check(&[("Email / Phone", Role::Unknown), ("Address / City", Role::City)]);
    check(&[("Firma / Name", Role::Company), ("Ansprechpartner / Nachname", Role::LastName)]);
    check(&[("Phone / Mobile", Role::MobilePhone), ("Industry / Revenue", Role::Unknown)]);
}

#[test]
fn values_make_a_name_surer() {
    let header = ["E-Post (Büro)"].map(str::to_owned);
    let by_name = recognise(&header, &[]).columns[0].clone();
    let column: &[&str] = &["ada@example.com", "bo@example.com"];
    let both = recognise(&header, &rows(&[column])).columns[0].clone();
    assert_eq!((by_name.role, both.role), (Role::Email, Role::Email));
    assert!(both.confidence > by_name.confidence && both.reason.contains("its values agree"));
}

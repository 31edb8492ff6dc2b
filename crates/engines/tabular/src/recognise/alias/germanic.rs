use super::{Line, Role};

pub(super) const GERMAN: &[Line] = &[
    (
        Role::FirstName,
        "vorname|rufname|vornamen|vorname kontakt|ansprechpartner vorname|vorname ansprechpartner",
    ),
    (
        Role::LastName,
        "nachname|familienname|zuname|ansprechpartner nachname|nachname ansprechpartner",
    ),
    (
        Role::FullName,
        "vollständiger name|vor und nachname|ansprechpartner|ansprechpartnerin|kontaktperson|kontaktname|name vorname|name des ansprechpartners|anzeigename|vorname nachname|vorname und nachname|geschäftsführer|inhaber",
    ),
    (
        Role::NamePrefix,
        "anrede|titel anrede|akademischer titel|namenstitel|briefanrede|grußformel|akad titel",
    ),
    (Role::MiddleName, "weitere vornamen|zweiter vorname|zweitname"),
    (Role::NameSuffix, "namenszusatz|suffix name"),
    (
        Role::Company,
        "firma|firmenname|unternehmen|unternehmensname|betrieb|organisation name|arbeitgeber|gesellschaft|kunde|firmierung|firma 1|firmenbezeichnung|firma name|name der firma|unternehmen name|kundenname|name 1 firma",
    ),
    (Role::Domain, "domäne|firmendomain|unternehmensdomain"),
    (
        Role::Website,
        "webseite|internetseite|internet|firmenwebsite|internetadresse|webadresse|firmenwebseite|unternehmenswebsite|webseite url|homepage url",
    ),
    (
        Role::Email,
        "e mail adresse|emailadresse|mailadresse|e mail geschäftlich|geschäftliche e mail|e post|e mail 1 adresse|kontakt e mail|e mail kontakt|email geschäftlich|firmen e mail|e mail firma|e mail adresse geschäftlich|dienstliche e mail",
    ),
    (Role::PersonalEmail, "private e mail|e mail privat|e mail adresse privat"),
    (Role::OtherEmail, "e mail 2 adresse|weitere e mail|zweite e mail|e mail 3 adresse"),
    (
        Role::Phone,
        "telefon|telefonnummer|rufnummer|fon|telefon 1|tel nr|telefon nr|festnetz|telefonnr|festnetznummer|kontakttelefon",
    ),
    (
        Role::WorkPhone,
        "telefon geschäftlich|durchwahl|telefon direkt|geschäftstelefon|geschäftliche telefonnummer|telefon büro|telefon dienstlich|telefon arbeit",
    ),
    (
        Role::MobilePhone,
        "mobil|handy|mobiltelefon|mobilnummer|handynummer|mobilfunk|telefon mobil|mobilfunknummer|mobilrufnummer|mobiltelefonnummer",
    ),
    (Role::HomePhone, "telefon privat|telefon private|privattelefon"),
    (
        Role::OtherPhone,
        "telefon 2|weitere telefonnummer|telefon geschäftlich 2|weiteres telefon|zweite telefonnummer|mobiltelefon 2",
    ),
    (
        Role::CompanyPhone,
        "telefon firma|zentrale|telefonzentrale|telefon zentrale|firmentelefon|hauptnummer|telefon firmenzentrale",
    ),
    (Role::Fax, "faxnummer|telefax|fax geschäftlich|faxnr"),
    (
        Role::Title,
        "berufsbezeichnung|stellenbezeichnung|jobtitel|beruf|stelle|funktion position|tätigkeit|position im unternehmen|rolle im unternehmen|positionsbezeichnung|job titel|funktion",
    ),
    (Role::Seniority, "hierarchieebene|karrierestufe|führungsebene|senioritätsstufe"),
    (Role::Department, "abteilung|bereich|fachbereich|abteilungsname"),
    (Role::LinkedinUrl, "linkedin profil|linkedin profil url|linkedin link profil"),
    (
        Role::CompanyLinkedinUrl,
        "linkedin unternehmen|linkedin firma|linkedin unternehmensseite|unternehmen linkedin url",
    ),
    (Role::Address, "anschrift|adresse|vollständige adresse|postanschrift|geschäftsadresse"),
    (
        Role::Street,
        "straße|strasse hausnummer|straße nr|straße und hausnummer|straße geschäftlich|strasse nr|str|straße hausnr|strasse hausnr",
    ),
    (Role::City, "ort|stadt|wohnort|ort geschäftlich|gemeinde|ortschaft"),
    (Role::State, "bundesland|kanton|land region|bundesland kanton|region geschäftlich"),
    (Role::PostalCode, "plz|postleitzahl|postleitzahl geschäftlich|plz ort code"),
    (
        Role::Country,
        "land|staat|land region geschäftlich|ländercode|länderkennung|lkz|land geschäftlich",
    ),
    (Role::Location, "standort|plz ort|ort land"),
    (Role::CompanyStreet, "firmenadresse|firmenanschrift|unternehmensadresse|straße firma"),
    (Role::CompanyCity, "firmensitz ort|ort firma|stadt firma|firmenstadt"),
    (Role::CompanyLocation, "firmensitz|hauptsitz|unternehmenssitz|sitz"),
    (Role::CompanyCountry, "land firma|firmenland"),
    (Role::Industry, "branche|wirtschaftszweig|sektor|industrie|branchen|branchenbezeichnung"),
    (
        Role::Employees,
        "mitarbeiter|mitarbeiterzahl|anzahl mitarbeiter|mitarbeiteranzahl|unternehmensgröße|beschäftigte|mitarbeitende|firmengröße|anzahl beschäftigte|unternehmensgroesse|anzahl mitarbeitende|anzahl der mitarbeiter|mitarbeiterinnen",
    ),
    (Role::Revenue, "umsatz|jahresumsatz|umsatz in eur|umsatzklasse|umsatz eur"),
    (Role::FoundedYear, "gründungsjahr|gegründet|gründung|gründungsdatum"),
    (Role::Keywords, "schlagworte|schlüsselwörter|stichworte|stichwörter"),
    (Role::Tags, "schlagwörter|kategorien|etiketten|kategorie|gruppen"),
    (
        Role::Notes,
        "notizen|notiz|bemerkung|bemerkungen|beschreibung|kommentar|nachricht|anmerkung|anmerkungen|hinweis|kommentare|freitext",
    ),
    (Role::LeadStatus, "kundenstatus|leadstatus|kontaktstatus"),
    (Role::LeadSource, "quelle|herkunft|leadquelle|kontaktquelle|lead quelle"),
    (
        Role::Owner,
        "betreuer|zuständig|bearbeiter|verantwortlich|vertriebsmitarbeiter|kundenbetreuer|besitzer|zuständiger mitarbeiter|sachbearbeiter|eigentümer|kontaktinhaber|verantwortlicher",
    ),
    (
        Role::ExternalId,
        "kundennummer|kundennr|kunden nr|kontakt id|kunden id|adressnummer|kd nr|kdnr|datensatz id|kontaktnummer|debitorennummer",
    ),
    (
        Role::CreatedAt,
        "verbunden am|erstellt am|angelegt am|erstelldatum|anlagedatum|kunde seit|erfasst am|erstellt|anmeldedatum|erstellungsdatum",
    ),
    (
        Role::Consent,
        "abgemeldet|newsletter abgemeldet|werbesperre|einwilligung|werbeeinwilligung|newsletter anmeldung|dsgvo einwilligung|kein newsletter|werbung erlaubt|mailsperre|opt in newsletter|einwilligung e mail|abgemeldet am|werbeerlaubnis|dsgvo",
    ),
    (Role::DoNotCall, "nicht anrufen|anrufsperre|kein anruf"),
    (Role::Ignore, "geburtstag|geburtsdatum|geschlecht"),
];

pub(super) const DUTCH: &[Line] = &[
    (Role::FirstName, "voornaam|roepnaam|voornamen"),
    (Role::MiddleName, "tussenvoegsel|tussenvoegsels"),
    (Role::LastName, "achternaam|familienaam|geslachtsnaam"),
    (Role::FullName, "volledige naam|contactpersoon|naam contactpersoon|contactnaam"),
    (Role::NamePrefix, "aanhef|aanspreektitel|aanspreking"),
    (
        Role::Company,
        "bedrijf|bedrijfsnaam|organisatie|werkgever|naam bedrijf|onderneming|firmanaam|organisatienaam|klantnaam",
    ),
    (Role::Domain, "domein|bedrijfsdomein"),
    (Role::Website, "webpagina|bedrijfswebsite|website bedrijf|internetadres"),
    (Role::Email, "e mailadres|mailadres|zakelijk e mailadres|zakelijke e mail|emailadres"),
    (Role::PersonalEmail, "prive e mail|privé e mailadres"),
    (Role::Phone, "telefoon|telefoonnummer|telefoonnr|tel nummer"),
    (Role::WorkPhone, "telefoon werk|zakelijk telefoonnummer|doorkiesnummer|telefoon zakelijk"),
    (
        Role::MobilePhone,
        "mobiel|mobiele telefoon|mobiel nummer|gsm|gsm nummer|mobiele nummer|06 nummer",
    ),
    (Role::Title, "functie|functietitel|functienaam|beroep|functieomschrijving"),
    (Role::Department, "afdeling"),
    (Role::Address, "adres|volledig adres|postadres"),
    (Role::Street, "straat|straatnaam|straat en huisnummer|straat huisnummer"),
    (Role::City, "plaats|woonplaats|vestigingsplaats|plaatsnaam|gemeente"),
    (Role::State, "provincie|regio"),
    (Role::PostalCode, "postnummer code"),
    (Role::Country, "landnaam|landcode"),
    (Role::Location, "locatie|standplaats"),
    (Role::CompanyLocation, "hoofdkantoor|vestiging"),
    (Role::Industry, "branche naam|sector bedrijf|bedrijfstak|branches"),
    (
        Role::Employees,
        "aantal medewerkers|medewerkers|aantal werknemers|werknemers|bedrijfsgrootte|aantal fte",
    ),
    (Role::Revenue, "omzet|jaaromzet"),
    (Role::FoundedYear, "oprichtingsjaar|opgericht"),
    (Role::Tags, "labels tags|trefwoorden"),
    (Role::Notes, "opmerkingen|opmerking|notities|notitie|omschrijving|bericht|toelichting"),
    (Role::LeadSource, "bron|herkomst|leadbron"),
    (Role::Owner, "eigenaar|accountmanager|verantwoordelijke|relatiebeheerder"),
    (Role::ExternalId, "klantnummer|relatienummer|debiteurnummer|klantnr"),
    (Role::CreatedAt, "aangemaakt op|datum aangemaakt|aanmaakdatum|aangemaakt|klant sinds"),
    (
        Role::Consent,
        "uitgeschreven|nieuwsbrief|afgemeld|toestemming|toestemming e mail|geen mailing|inschrijving nieuwsbrief",
    ),
    (Role::DoNotCall, "niet bellen|bel me niet"),
];

pub(super) const SCANDINAVIAN: &[Line] = &[
    (Role::FirstName, "fornavn|förnamn|tilltalsnamn|etunimi"),
    (Role::LastName, "efternavn|etternavn|efternamn|sukunimi"),
    (
        Role::FullName,
        "fulde navn|fullt navn|fullständigt namn|kontaktperson navn|kontaktnavn|kontaktnamn|koko nimi|yhteyshenkilö",
    ),
    (
        Role::Company,
        "firmanavn|virksomhed|virksomhedsnavn|selskab|bedrift|bedriftsnavn|företag|företagsnamn|bolag|yritys|yrityksen nimi|selskap|selskapsnavn|firmanamn|arbetsgivare|organisasjon|foretak|foretaksnavn",
    ),
    (
        Role::Website,
        "hjemmeside|nettside|nettsted|hemsida|webbplats|webside|kotisivu|verkkosivu|verkkosivusto|webbsida",
    ),
    (
        Role::Email,
        "e postadresse|epost|e postadress|mailadresse arbejde|sähköposti|sähköpostiosoite|epostadress|epostadresse|e mailadresse|arbejdsmail",
    ),
    (
        Role::Phone,
        "telefonnummer kontakt|tlf|tlf nr|puhelin|puhelinnumero|kontaktinfo|tlfnr|telefonnr kontakt|tlf nummer|puh",
    ),
    (
        Role::MobilePhone,
        "mobiltelefon kontakt|mobilnr|mobilnummer kontakt|matkapuhelin|mobil tlf|mobiltlf|kännykkä",
    ),
    (
        Role::Title,
        "stilling|stillingsbetegnelse|jobtitel kontakt|befattning|yrke|yrkestitel|titteli|tehtävänimike|arbejdstitel|stillingstittel|tittel|rolle",
    ),
    (Role::Department, "afdeling navn|avdeling|avdelning|osasto"),
    (Role::Address, "fra adresse|osoite|adress|fullständig adress"),
    (
        Role::Street,
        "vej|gade|vejnavn|gatuadress|gateadresse|gata|gateadress|katuosoite|gatenavn|lähiosoite",
    ),
    (
        Role::City,
        "by|poststed|postort|stad|kaupunki|ort stad|kommune|kommun|paikkakunta|postitoimipaikka|bynavn",
    ),
    (Role::State, "fylke|län|landsdel|maakunta|region län"),
    (Role::PostalCode, "postnummer|postnr|postinumero"),
    (Role::Country, "maa"),
    (Role::Industry, "bransje|bransch|toimiala|næring"),
    (
        Role::Employees,
        "antal ansatte|antall ansatte|ansatte|antal anställda|anställda|henkilöstömäärä|henkilöstö|medarbejdere",
    ),
    (Role::Revenue, "omsætning|omsetning|omsättning|liikevaihto"),
    (Role::FoundedYear, "stiftet|grundat år|perustettu|etableret"),
    (
        Role::Notes,
        "noter|notater|anteckningar|bemærkninger|beskrivelse|beskrivning|besked|meddelande|kommentarer|melding|muistiinpanot|merknader",
    ),
    (Role::LeadSource, "kilde|källa|lähde"),
    (Role::Owner, "ejer|eier|ägare|ansvarlig|ansvarig|sælger|säljare|omistaja"),
    (Role::ExternalId, "kundenummer|kundnummer|asiakasnumero|kundenr|kundnr"),
    (Role::CreatedAt, "oprettet|opprettet|skapad|luotu|oprettelsesdato|opprettet dato"),
    (
        Role::Consent,
        "samtykke|samtycke|nyhedsbrev|nyhetsbrev|afmeldt|avmeldt|avregistrerad|frameldt|uutiskirje|nyhetsbrev samtykke",
    ),
    (Role::Ignore, "til adresse|fødselsdag|dato"),
];

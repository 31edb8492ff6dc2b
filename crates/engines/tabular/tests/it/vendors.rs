//! Exports of many programs: some headers read in public sources, many written from memory, and ours to judge. The words and
//! presets were fitted to them, so they hold what was reached and prove nothing of files that nobody has seen. What a
//! column holds stands behind `=`, in the words of the roles; a column without is of no use in an import.

use std::collections::BTreeMap;

use captely_tabular::{Role, recognise};

const EXPORTS: &[(&str, &str)] = &[
    (
        "Google Contacts 2024",
        "First Name=first_name|Middle Name=middle_name|Last Name=last_name|Phonetic First Name|Phonetic Middle Name|Phonetic Last Name|Name Prefix=name_prefix|Name Suffix=name_suffix|Nickname|File As|Organization Name=company_name|Organization Title=title|Organization Department=department|Birthday|Notes=notes|Photo|Labels=tags|E-mail 1 - Label|E-mail 1 - Value=email|E-mail 2 - Label|E-mail 2 - Value=other_email|Phone 1 - Label|Phone 1 - Value=phone|Phone 2 - Label|Phone 2 - Value=other_phone|Address 1 - Label|Address 1 - Formatted=address|Address 1 - Street=street|Address 1 - City=city|Address 1 - PO Box|Address 1 - Region=state|Address 1 - Postal Code=postal_code|Address 1 - Country=country|Address 1 - Extended Address|Website 1 - Label|Website 1 - Value=website",
    ),
    (
        "Google Contacts 2019",
        "Name=full_name|Given Name=first_name|Additional Name=middle_name|Family Name=last_name|Yomi Name|Given Name Yomi|Family Name Yomi|Name Prefix=name_prefix|Name Suffix=name_suffix|Initials|Nickname|Short Name|Maiden Name|Birthday|Gender|Location=location|Billing Information|Directory Server|Mileage|Occupation=title|Hobby|Sensitivity|Priority|Subject|Notes=notes|Language|Photo|Group Membership=tags|E-mail 1 - Type|E-mail 1 - Value=email|Phone 1 - Type|Phone 1 - Value=phone|Organization 1 - Type|Organization 1 - Name=company_name|Organization 1 - Yomi Name|Organization 1 - Title=title?|Organization 1 - Department=department|Organization 1 - Symbol|Organization 1 - Location|Organization 1 - Job Description",
    ),
    (
        "Outlook",
        "Title=name_prefix|First Name=first_name|Middle Name=middle_name|Last Name=last_name|Suffix=name_suffix|Company=company_name|Department=department|Job Title=title|Business Street=street|Business Street 2|Business Street 3|Business City=city|Business State=state|Business Postal Code=postal_code|Business Country/Region=country|Home Street|Home City|Home State|Home Postal Code|Home Country/Region|Other Street|Other City|Assistant's Phone=other_phone|Business Fax=fax|Business Phone=work_phone|Business Phone 2=other_phone|Callback|Car Phone=other_phone|Company Main Phone=company_phone|Home Fax|Home Phone=home_phone|Home Phone 2=other_phone|ISDN|Mobile Phone=mobile_phone|Other Fax|Other Phone=other_phone|Pager|Primary Phone=phone|Radio Phone|TTY/TDD Phone|Telex|Account|Anniversary|Assistant's Name|Billing Information|Birthday|Categories=tags|Children|E-mail Address=email|E-mail Type|E-mail Display Name|E-mail 2 Address=other_email|E-mail 2 Type|E-mail 2 Display Name|Gender|Initials|Keywords=keywords?|Language|Location|Manager's Name|Notes=notes|Profession|Spouse|User 1|Web Page=website",
    ),
    (
        "Outlook de",
        "Anrede=name_prefix|Vorname=first_name|Weitere Vornamen=middle_name|Nachname=last_name|Suffix=name_suffix|Firma=company_name|Abteilung=department|Position=title|Straße geschäftlich=street|Ort geschäftlich=city|Region geschäftlich=state|Postleitzahl geschäftlich=postal_code|Land/Region geschäftlich=country|Straße privat|Ort privat|Postleitzahl privat|Fax geschäftlich=fax|Telefon geschäftlich=work_phone|Telefon geschäftlich 2=other_phone|Telefon privat=home_phone|Mobiltelefon=mobile_phone|E-Mail-Adresse=email|E-Mail-Typ|E-Mail: Angezeigter Name|E-Mail 2: Adresse=other_email|Geburtstag|Notizen=notes|Webseite=website|Kategorien=tags",
    ),
    (
        "Outlook fr",
        "Titre=name_prefix|Prénom=first_name|Deuxième prénom=middle_name|Nom=last_name|Suffixe=name_suffix|Société=company_name|Service=department|Titre professionnel=title|Rue (bureau)=street|Ville (bureau)=city|Code postal (bureau)=postal_code|Pays/Région (bureau)=country|Téléphone (bureau)=work_phone|Téléphone (domicile)=home_phone|Tél. mobile=mobile_phone|Adresse de messagerie=email|Notes=notes|Page Web=website",
    ),
    (
        "Pipedrive people",
        "Person - ID=external_id|Person - Name=full_name|Person - First name=first_name|Person - Last name=last_name|Person - Label=tags|Person - Organization=company_name?|Person - Email - Work=email|Person - Email - Home=personal_email|Person - Email - Other=other_email|Person - Phone - Work=work_phone?|Person - Phone - Home=home_phone|Person - Phone - Mobile=mobile_phone|Person - Phone - Other=other_phone|Person - Owner=owner|Person - Closed deals|Person - Open deals|Person - Next activity date|Person - Person created=created_at|Person - Update time|Organization - Name=company_name?|Organization - Address=company_street",
    ),
    (
        "Pipedrive short",
        "Person - ID=external_id|Person - Name=full_name|Person - Email=email|Person - Phone=phone|Organization - Name=company_name|Organization - Website=website|Person - Last activity date",
    ),
    (
        "HubSpot companies",
        "Record ID=external_id|Company name=company_name|Company owner=owner|Create Date=created_at|Phone Number=company_phone|Last Activity Date|City=city|Country/Region=country|Industry=industry|Company Domain Name=domain|Number of Employees=employees|Annual Revenue=revenue|LinkedIn Company Page=company_linkedin_url|Lifecycle Stage=lead_status",
    ),
    (
        "HubSpot api",
        "id=external_id|createdate=created_at|email=email|firstname=first_name|hs_object_id|lastmodifieddate|lastname=last_name|phone=phone|jobtitle=title|company=company_name|lifecyclestage=lead_status|hs_lead_status|hs_email_optout=email_opt_out|hubspot_owner_id=owner|website=website|city=city|state=state|country=country",
    ),
    (
        "Zoho leads",
        "Record Id=external_id|Lead Owner.id|Lead Owner=owner|Company=company_name|First Name=first_name|Last Name=last_name|Designation=title|Email=email|Phone=phone|Fax=fax|Mobile=mobile_phone|Website=website|Lead Source=lead_source|Lead Status=lead_status|Industry=industry|No. of Employees=employees|Annual Revenue=revenue|Rating|Created By|Modified By|Created Time=created_at|Modified Time|Email Opt Out=email_opt_out|Skype ID|Salutation=name_prefix|Secondary Email=other_email|Street=street|City=city|State=state|Zip Code=postal_code|Country=country|Description=notes|Tag=tags",
    ),
    (
        "Lusha",
        "First Name=first_name|Last Name=last_name|Full Name=full_name|Job Title=title|Seniority=seniority|Department=department|Work Email=email|Private Email=personal_email|Direct Phone=work_phone|Mobile Phone=mobile_phone|Phone 1=phone|Phone 2=other_phone|Company Name=company_name|Company Domain=domain|Company Website=website|Company Main Industry=industry|Company Sub Industry|Company Number of Employees=employees|Company Revenue=revenue|Company Location=company_location|Person Location=location|LinkedIn URL=linkedin_url|Company LinkedIn URL=company_linkedin_url|Added on=created_at",
    ),
    (
        "Cognism",
        "Contact ID=external_id|First Name=first_name|Last Name=last_name|Full Name=full_name|Job Title=title|Seniority=seniority|Job Function=department|Email=email|Email Quality=email_status|Direct=work_phone|Mobile=mobile_phone|Mobile Do Not Call=do_not_call|Office=company_phone?|HQ=company_location|City=city|State=state|Country=country|LinkedIn URL=linkedin_url|Company Name=company_name|Company Website=website|Company LinkedIn URL=company_linkedin_url|Headcount=employees|Revenue=revenue|Industry=industry|Company Description|Founded=founded_year|Technologies=technologies|SIC|NAICS",
    ),
    (
        "RocketReach",
        "Id=external_id|Name=full_name|First Name=first_name|Last Name=last_name|Employer=company_name|Title=title|LinkedIn URL=linkedin_url|Recommended Email=email|Recommended Personal Email=personal_email|Recommended Work Email=other_email?|Work Email Grade|Phone Number=phone|Mobile Phone=mobile_phone|Location=location|City=city|Region=state|Country=country|Company Domain=domain|Company Website=website|Company Size=employees|Company Industry=industry|Twitter=twitter_url|Facebook=facebook_url",
    ),
    (
        "Hunter",
        "Domain name=domain|Organization=company_name|Headcount=employees|Country=country|State=state|City=city|Postal code=postal_code|Street=street|Email address=email|Type|Pattern|First name=first_name|Last name=last_name|Department=department|Position=title|Seniority=seniority|Twitter handle=twitter_url|LinkedIn URL=linkedin_url|Phone number=phone|Company type|Industry=industry|Confidence score|Verification status=email_status|Number of sources",
    ),
    (
        "Snov.io",
        "Full name=full_name|First name=first_name|Last name=last_name|Position=title|Company name=company_name|Company URL=website|Company industry=industry|Company size=employees|Company country=company_country|Social=linkedin_url?|Email 1=email|Email 1 status=email_status|Email 2=other_email|Country=country|Locality=city|Last update",
    ),
    (
        "Kaspr",
        "Name=full_name|First Name=first_name|Last Name=last_name|Job Title=title|Company=company_name|Company Website=website|Location=location|LinkedIn=linkedin_url|Work email=email|Direct email=other_email?|Phone=phone|Phone 2=other_phone|Company LinkedIn=company_linkedin_url|Company Industry=industry|Company Size=employees|Company Phone=company_phone|Lead Status=lead_status|Created date=created_at",
    ),
    (
        "Clay",
        "First Name=first_name|Last Name=last_name|Full Name=full_name|Job Title=title|Location=location|Company Domain=domain|LinkedIn Profile=linkedin_url|Company=company_name|Work Email=email|Work Email Data Provider|Company Table Data|Find people",
    ),
    (
        "Sales Navigator leads",
        "profileUrl=linkedin_url|fullName=full_name|firstName=first_name|lastName=last_name|companyName=company_name|title=title|location=location|linkedInProfileUrl|connectionDegree|isPremium|isOpenLink|query|timestamp|defaultProfileUrl",
    ),
    (
        "LinkedIn connections de",
        "Vorname=first_name|Nachname=last_name|URL=linkedin_url|E-Mail-Adresse=email|Unternehmen=company_name|Position=title|Verbunden am=created_at",
    ),
    (
        "LinkedIn connections fr",
        "Prénom=first_name|Nom de famille=last_name|URL=linkedin_url|Adresse e-mail=email|Entreprise=company_name|Poste=title|Connecté le=created_at",
    ),
    (
        "LinkedIn lead form",
        "First name=first_name|Last name=last_name|Email address=email|Work email=other_email?|Phone number=phone|Job title=title|Company name=company_name|Seniority=seniority|Company size=employees|Country/Region=country|Submitted at=created_at|Campaign name|Ad name|Lead type|Form name",
    ),
    (
        "ZoomInfo",
        "ZoomInfo Contact ID=external_id|Last Name=last_name|First Name=first_name|Middle Name=middle_name|Salutation=name_prefix|Suffix=name_suffix|Job Title=title|Job Title Hierarchy Level|Management Level=seniority|Job Start Date|Buying Committee|Job Function|Department=department|Company Division Name|Direct Phone Number=work_phone|Email Address=email|Email Domain=domain?|Mobile phone=mobile_phone|Last Job Change Type|Last Job Change Date|Previous Job Title|Previous Company Name|Previous Company ZoomInfo Company ID|Previous Company LinkedIn Profile|Highest Level of Education|Contact Accuracy Score|Contact Accuracy Grade|ZoomInfo Contact Profile URL|LinkedIn Contact Profile URL=linkedin_url|Notice Provided Date|Person Street=street|Person City=city|Person State=state|Person Zip Code=postal_code|Country=country|ZoomInfo Company ID|Company Name=company_name|Company Description|Website=website|Founded Year=founded_year|Company HQ Phone=company_phone|Fax=fax|Ticker|Revenue (in 000s USD)=revenue|Revenue Range (in USD)|Employees=employees|Employee Range|Primary Industry=industry|Primary Sub-Industry|All Industries|LinkedIn Company Profile URL=company_linkedin_url|Facebook Company Profile URL=facebook_url|Twitter Company Profile URL=twitter_url|Ownership Type|Company Street Address=company_street|Company City=company_city|Company State=company_state|Company Zip Code=company_postal_code|Company Country=company_country|Full Address=address",
    ),
    (
        "Brevo",
        "CONTACT ID=external_id|EMAIL=email|LASTNAME=last_name|FIRSTNAME=first_name|SMS=mobile_phone|WHATSAPP=mobile_phone?|DOUBLE_OPT-IN=email_opt_out|OPT_IN=email_opt_out|EMAIL_BLACKLISTED=email_opt_out|SMS_BLACKLISTED=email_opt_out|ADDED_TIME=created_at|MODIFIED_TIME",
    ),
    (
        "ActiveCampaign",
        "Email=email|First Name=first_name|Last Name=last_name|Phone=phone|Account=company_name|*Job Title=title|Tags=tags|Lists|IP Address|Date Created=created_at|Last Updated|Contact ID=external_id|Score|Unsubscribed Date=email_opt_out",
    ),
    (
        "Mailchimp audience",
        "Email Address=email|First Name=first_name|Last Name=last_name|Address=address|Phone Number=phone|Birthday|MEMBER_RATING|OPTIN_TIME=created_at|OPTIN_IP|CONFIRM_TIME|CONFIRM_IP|LATITUDE|LONGITUDE|GMTOFF|DSTOFF|TIMEZONE|CC=country|REGION=state|LAST_CHANGED|LEID|EUID|NOTES=notes|TAGS=tags",
    ),
    (
        "Klaviyo",
        "Email=email|Klaviyo ID=external_id?|First Name=first_name|Last Name=last_name|Organization=company_name|Title=title|Phone Number=phone|Address=address|City=city|State / Region=state|Country=country|Zip Code=postal_code|Date Added=created_at|Last Open|Email Marketing Consent=email_opt_out|Email Marketing Consent Timestamp|SMS Marketing Consent=email_opt_out",
    ),
    (
        "Lemlist",
        "email=email|firstName=first_name|lastName=last_name|companyName=company_name|jobTitle=title|linkedinUrl=linkedin_url|phone=phone|icebreaker|companyDomain=domain|picture|status|lastState|emailsSent",
    ),
    (
        "Instantly",
        "Email=email|First Name=first_name|Last Name=last_name|Company Name=company_name|Website=website|Phone=phone|Personalization|Lead Status=lead_status|Interest Status|Email Service Provider|Location=location|jobTitle=title|linkedIn=linkedin_url",
    ),
    (
        "Smartlead",
        "id=external_id|first_name=first_name|last_name=last_name|email=email|phone_number=phone|company_name=company_name|website=website|location=location|linkedin_profile=linkedin_url|company_url|is_unsubscribed=email_opt_out|unsubscribed_client_id_map|created_at=created_at|status=lead_status|lead_category",
    ),
    (
        "Crunchbase people",
        "Full Name=full_name|Full Name URL|First Name=first_name|Last Name=last_name|Primary Job Title=title|Primary Organization=company_name|Primary Organization URL|Location=location|Regions|Gender|LinkedIn=linkedin_url|Twitter=twitter_url|Facebook=facebook_url|Biography=notes|CB Rank (Person)",
    ),
    (
        "Crunchbase companies",
        "Organization Name=company_name|Organization Name URL|Founded Date=founded_year|Headquarters Location=company_location|Industries=industry|Industry Groups|Website=website|Twitter=twitter_url|Facebook=facebook_url|LinkedIn=company_linkedin_url|Contact Email|Phone Number=company_phone|Estimated Revenue Range=revenue|Number of Employees=employees|Last Funding Type|Total Funding Amount|CB Rank (Company)|Description=notes",
    ),
    (
        "Dealroom",
        "ID=external_id|NAME=company_name|PROFILE URL|WEBSITE=website|TAGLINE|ADDRESS=address?|HQ REGION=company_state|HQ COUNTRY=company_country|HQ CITY=company_city|LAUNCH DATE=founded_year|EMPLOYEES=employees|INDUSTRIES=industry|REVENUE MODEL|TOTAL FUNDING (EUR M)|LINKEDIN=company_linkedin_url|TWITTER=twitter_url|TECHNOLOGIES=technologies",
    ),
    (
        "D&B Hoovers",
        "D-U-N-S Number|Company Name=company_name|Tradestyle|Address Line 1=street?|City=city?|State Or Province=state?|Postal Code=postal_code?|Country/Region=country?|Phone=company_phone|URL=website|Sales (USD)=revenue|Employees (All Sites)=employees|Industry=industry|Ownership Type|Entity Type|First Name=first_name|Last Name=last_name|Title=title|Email=email|Direct Phone=work_phone",
    ),
    (
        "Xing",
        "Anrede=name_prefix|Akademischer Titel=name_prefix|Vorname=first_name|Nachname=last_name|Firma (geschäftlich)=company_name|Position=title|Straße (geschäftlich)=street|PLZ (geschäftlich)=postal_code|Ort (geschäftlich)=city|Land (geschäftlich)=country|Telefon (geschäftlich)=work_phone|Handy (geschäftlich)=mobile_phone|E-Mail (geschäftlich)=email|E-Mail (privat)=personal_email|Geburtsdatum",
    ),
    (
        "Monday",
        "Name=full_name|Subitems|Company=company_name|Title=title|Email=email|Phone=phone|Status=lead_status|Owner=owner|Last interaction|Creation log|Item ID (auto generated)",
    ),
    (
        "Notion",
        "Name=full_name|Company=company_name|Email=email|Phone=phone|Status=lead_status|Tags=tags|Created time=created_at|Last edited time|LinkedIn=linkedin_url|Role=title|Website=website",
    ),
    (
        "Airtable",
        "Name=full_name|Email=email|Phone=phone|Company=company_name|Title=title|Notes=notes|Status=lead_status|Assignee|Attachments|Last Modified|Website=website",
    ),
    (
        "Asana",
        "Task ID|Created At|Completed At|Last Modified|Name|Section/Column|Assignee|Assignee Email|Start Date|Due Date|Tags=tags|Notes=notes|Projects|Parent task",
    ),
    (
        "Freshsales",
        "Id=external_id|First name=first_name|Last name=last_name|Job title=title|Email=email|Work=work_phone?|Mobile=mobile_phone|Address=address|City=city|State=state|Zipcode=postal_code|Country=country|Time zone|Sales owner=owner|Status=lead_status|Subscription status=email_opt_out|Do not disturb=email_opt_out|Accounts=company_name?|Source=lead_source|Tags=tags|Created at=created_at|Updated at|Last contacted time",
    ),
    (
        "Close",
        "lead_id|lead_name=company_name|lead_url|contact_id=external_id|contact_name=full_name|contact_title=title|email=email|phone=phone|lead_status=lead_status",
    ),
    (
        "Calendly",
        "Event Type Name|Invitee Name=full_name|Invitee First Name=first_name|Invitee Last Name=last_name|Invitee Email=email|Text Reminder Number=phone?|Start Date & Time|Timezone|User Email|Event Created Date & Time",
    ),
    (
        "Eventbrite",
        "Order #|Order Date|First Name=first_name|Last Name=last_name|Email=email|Quantity|Ticket Type|Attendee Status|Job Title=title|Company=company_name|Cell Phone=mobile_phone|Home City=city|Website=website",
    ),
    (
        "Swedish CRM",
        "Företagsnamn=company_name|Org.nr|Förnamn=first_name|Efternamn=last_name|Titel=title|E-post=email|Telefon=phone|Mobil=mobile_phone|Ort=city|Land=country|Bransch=industry|Antal anställda=employees|Ansvarig=owner|Skapad=created_at",
    ),
    (
        "Italian list",
        "Ragione sociale=company_name|P.IVA|Nome=first_name|Cognome=last_name|Ruolo=title|E-mail=email|Telefono=phone|Cellulare=mobile_phone|Indirizzo=address|CAP=postal_code|Città=city|Provincia=state|Nazione=country|Settore=industry|Note=notes",
    ),
    (
        "Spanish list",
        "Nombre=first_name|Apellidos=last_name|Empresa=company_name|Cargo=title|Correo electrónico=email|Teléfono=phone|Móvil=mobile_phone|Dirección=address|Código postal=postal_code|Ciudad=city|Provincia=state|País=country|Sector=industry|Observaciones=notes|Baja=email_opt_out",
    ),
    (
        "Polish list",
        "Imię=first_name|Nazwisko=last_name|Firma=company_name|Stanowisko=title|E-mail=email|Telefon=phone|Miasto=city|Kraj=country|NIP|Branża=industry|Zgoda marketingowa=email_opt_out",
    ),
    (
        "Dutch list",
        "Voornaam=first_name|Tussenvoegsel=middle_name|Achternaam=last_name|Bedrijfsnaam=company_name|Functie=title|E-mailadres=email|Telefoonnummer=phone|Postcode=postal_code|Plaats=city|Land=country|KvK-nummer|Opmerkingen=notes",
    ),
    (
        "Brazilian list",
        "Nome Completo=full_name|Cargo=title|Empresa=company_name|CNPJ|E-mail=email|Celular=mobile_phone|Telefone=phone|Cidade=city|Estado=state|CEP=postal_code|Segmento=industry|Observações=notes",
    ),
    (
        "French list",
        "Civilité=name_prefix|Nom=last_name|Prénom=first_name|Fonction=title|Raison sociale=company_name|SIRET|Adresse=address|Code postal=postal_code|Ville=city|Tél.=phone|Portable=mobile_phone|Email=email|Effectif=employees|CA=revenue|Code NAF|Désabonné=email_opt_out",
    ),
    (
        "German list",
        "Firma=company_name|Ansprechpartner=full_name|Straße=street|PLZ=postal_code|Ort=city|Telefon=phone|Fax=fax|E-Mail=email|Homepage=website|Branche=industry|Mitarbeiter=employees|Umsatz=revenue|Bemerkung=notes|USt-IdNr.|Handelsregister|Geschlecht",
    ),
];

#[test]
fn exports_of_many_programs_are_recognised() {
    let (mut right, mut wrong, mut missed) = (0_u32, 0_u32, 0_u32);
    let mut mistakes = BTreeMap::<String, Vec<String>>::new();
    for (vendor, columns) in EXPORTS {
        let columns: Vec<(&str, &str)> =
            columns.split('|').map(|c| c.split_once('=').unwrap_or((c, "ignore"))).collect();
        let header: Vec<String> = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
        let mapping = recognise(&header, &[]);
        for ((name, label), found) in columns.iter().zip(&mapping.columns) {
            // A question mark: as good left alone.
            let (label, either) = label.strip_suffix('?').map_or((*label, false), |l| (l, true));
            let role = if found.role == Role::Unknown { Role::Ignore } else { found.role }.as_str();
            if label == role || (either && role == "ignore") {
                right += u32::from(role != "ignore");
                continue;
            }
            wrong += u32::from(role != "ignore");
            missed += u32::from(label != "ignore");
            mistakes
                .entry((*vendor).to_owned())
                .or_default()
                .push(format!("{name:?} is {label}, not {role}"));
        }
    }
    let precision = f64::from(right) / f64::from(right + wrong);
    let recall = f64::from(right) / f64::from(right + missed);
    println!("right {right}, wrong {wrong}, missed {missed}: {precision:.3}, {recall:.3}");
    for (vendor, mistakes) in &mistakes {
        println!("  {vendor}:\n    {}", mistakes.join("\n    "));
    }
    assert!(precision >= 0.98, "precision {precision:.3}");
    assert!(recall >= 0.95, "recall {recall:.3}");
}

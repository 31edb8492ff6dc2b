use super::{Line, Role};

pub(super) const PERSON: &[Line] = &[
    (
        Role::FirstName,
        "first name|fname|first|given name|forename|christian name|first names|given names|name first|contact first|firstname1",
    ),
    (
        Role::MiddleName,
        "second given name|middle name|middle names|middle|middle initial|additional name|mname",
    ),
    (
        Role::LastName,
        "last name|lname|last|surname|family name|second name|name last|contact last|sur name",
    ),
    (
        Role::FullName,
        "full name|contact name|lead name|person name|contact full name|display name|prospect name|name of contact|contact person|decision maker|key contact|primary contact|full names|name of person|employee name|person|profile name|candidate name|e mail display name|founder name|ceo name",
    ),
    (
        Role::NamePrefix,
        "salutation|name prefix|prefix|honorific|honorific prefix|courtesy title|mr mrs|title prefix|saluation|personal title",
    ),
    (Role::NameSuffix, "suffix|name suffix|honorific suffix|credentials|generational suffix"),
    (
        Role::Email,
        "email|mail|email address|e mail address|email id|work email|business email|corporate email|professional email|contact email|primary email|main email|email 1|email address 1|e mail 1 value|email 1 value|e mail 1|email business|email work|company email address|mail address|mailid|emails|verified email|office email|email primary|work email address|business email address|primary email address|found email|direct email",
    ),
    (
        Role::PersonalEmail,
        "personal email|private email|home email|personal email address|personal emails|gmail|email personal|email home|alternate personal email",
    ),
    (
        Role::OtherEmail,
        "secondary email|other email|alternate email|alternative email|additional email|email 2|email address 2|e mail 2 address|e mail 2 value|email 2 value|second email|e mail 2|alt email|additional email addresses|secondary email address|tertiary email|email 3|e mail 3 address|other emails|additional emails|backup email",
    ),
    (
        Role::EmailStatus,
        "email status|email validity|email verification status|verification status|email verification|email validation|email deliverability|email validation status|email quality|verification result|email result|bounce|email bounce status|email verified|email type status|deliverability|mail status|email check",
    ),
    (
        Role::Phone,
        "phone|telephone|phone number|tel|telephone number|phone no|contact number|contact phone|phone 1|phone1|primary phone|main phone|contact no|tel no|phone number 1|telephone 1|phone 1 value|phones|phone primary|tel number|number phone|first phone|best phone|phone numbers|phone num|contact phone number|primary phone number|ph no|ph",
    ),
    (
        Role::WorkPhone,
        "work phone|business phone|direct phone|direct dial|work direct phone|direct phone number|office phone|direct number|direct line|business phone number|work phone number|phone work|direct|ddi|desk phone|office number|direct dial phone|work telephone|business telephone|work number|work tel|phone direct|phone business|business number",
    ),
    (
        Role::MobilePhone,
        "sms|mobile|mobile phone|cell|cell phone|mobile number|cellphone|mobile phone number|mobile no|whatsapp|whatsapp number|cell number|cellular|phone mobile|mobile phone 1|cell phone number|mobile 1|personal phone|phone cell|mob|mobile tel|mobile telephone|contact mobile|handphone",
    ),
    (
        Role::HomePhone,
        "home phone|home phone number|phone home|home telephone|home number|home tel|residential phone|private phone",
    ),
    (
        Role::OtherPhone,
        "other phone|phone 2|phone2|secondary phone|alternate phone|alternative phone|other phone number|phone number 2|telephone 2|additional phone|business phone 2|phone 2 value|alt phone|home phone 2|mobile 2|phone 3|phone3|second phone|mobile phone 2|mobile number 2|other number|additional phone numbers|assistant s phone|secondary phone number|alternate number|car phone|primary phone 2",
    ),
    (
        Role::Fax,
        "fax|fax number|business fax|work fax|fax no|facsimile|home fax|other fax|fax phone|company fax",
    ),
    (
        Role::Title,
        "job title|title|position|job position|current title|job|designation|occupation|current job|headline job title|contact title|role title|job role|current position|title position|current job title|professional title|position title|business title|work title|job title 1|person title|employment title|organization title|organization 1 title|job function title|jobtitle full|professional headline",
    ),
    (
        Role::Seniority,
        "seniority|seniority level|management level|job level|level of seniority|management role|job seniority|decision level|career level",
    ),
    (
        Role::Department,
        "department|departments|dept|job function|division|team|job department|contact department|function|business unit|job function department",
    ),
    (
        Role::LinkedinUrl,
        "linkedin|linkedin url|linkedin profile|person linkedin url|linkedin profile url|linkedin link|profile url|contact linkedin|linkedin contact profile url|linkedin url public|personal linkedin|contact linkedin url|li url|linkedin profile link|person linkedin|linkedin public url|linkedin account|linkedin address|linkedin person url|linkedin page|linkedin member url|li profile|linkedin id url|contact li profile url|linkedin bio|user linkedin url|prospect linkedin|linkedin handle|profile link|contact linkedin profile|default profile url|public profile url|hs linkedin url|linkedin profile public url",
    ),
    (
        Role::FacebookUrl,
        "facebook|facebook url|facebook page|facebook profile|facebook link|company facebook url|fb|fb url|facebook company page",
    ),
    (
        Role::TwitterUrl,
        "twitter|twitter url|twitter handle|twitter profile|twitter username|x url|twitter link|company twitter url|twitter account|x twitter",
    ),
    (
        Role::Address,
        "address|full address|postal address|mailing address|home address|complete address|contact address|address full|formatted address|street full address|billing address|business address|office address|shipping address|physical address|person address",
    ),
    (
        Role::Street,
        "street|street address|address 1|address line 1|address1|street 1|street name|business street|street line 1|mailing street|street number|street and number|home street|address street|mailing address line 1|billing street|shipping street|house number street|address 1 street|person street",
    ),
    (
        Role::City,
        "city|town|business city|town city|city town|home city|locality|mailing city|city name|address city|suburb|municipality|billing city|shipping city|person city|contact city|address 1 city",
    ),
    (
        Role::State,
        "state|province|region|state province|state region|county|business state|state or province|state code|home state|mailing state province|mailing state|st|state name|state abbreviation|province state|person state|contact state|address state|billing state province|billing state|state abbr|province region|address 1 region",
    ),
    (
        Role::PostalCode,
        "postal code|zip|zip code|postcode|zip postal code|post code|business postal code|zipcode|mailing zip postal code|postal|postal zip code|home postal code|mailing postal code|person zip code|zip post code|address zip|billing zip postal code|billing postal code|address 1 postal code|pin code|pincode|postal zip",
    ),
    (
        Role::Country,
        "country|country region|nation|country name|business country region|business country|home country|country code iso|mailing country|cnty|person country|country territory|contact country|address country|billing country|home country region|cc|country iso|address 1 country|nationality country|ip country|country code",
    ),
    (
        Role::Location,
        "location|place|person location|contact location|geography|current location|geo|city state|location name|lead location|prospect location|city country|profile location|person geo",
    ),
];

pub(super) const COMPANY: &[Line] = &[
    (
        Role::Company,
        "company|company name|organization|organisation|organization name|organisation name|account name|employer|business name|company account|current company|firm|firm name|current employer|business|associated company|company legal name|employer name|account|company organization|primary company|name of company|company name 1|organization 1 name|agency|agency name|legal name|trading name|current company name|client company|corporation|school name|store name|brand name|company business name|venue name|associated company name|account company name|client name|customer name company|company title name|workplace|place of work|org|org name|startup name|vendor name|merchant name|clinic name|restaurant name|hotel name|institution|institution name",
    ),
    (
        Role::Domain,
        "domain|company domain|domain name|company domain name|website domain|web domain|company website domain|email domain|root domain|account domain|primary domain|organization domain|company email domain|site domain|company name domain",
    ),
    (
        Role::Website,
        "website|web site|web|company website|website url|company url|company website url|homepage|web page|url website|site|company web|website address|web address|business website|company site|web url|company web site|organization website|account website|site url|company homepage|home page|corporate website|website 1 value|www|website link|websites|official website|websiteurl company",
    ),
    (
        Role::CompanyPhone,
        "company phone|corporate phone|hq phone|company phone number|company hq phone|headquarters phone|switchboard|company main phone|organization phone|account phone|company telephone|business main phone|head office phone|phone company|hq phone number|company phone numbers|main company phone|company number phone",
    ),
    (
        Role::CompanyLinkedinUrl,
        "company linkedin|company linkedin url|company linkedin profile|linkedin company url|linkedin company page|company linkedin profile url|linkedin company|organization linkedin url|company li url|linkedin company profile url|company linkedin page|linkedin company profile|account linkedin|company linkedin link|linkedin organization|regular company url|company li profile url|company linkedin company page|organization linkedin",
    ),
    (
        Role::CompanyStreet,
        "company address|company street|company street address|company address line 1|company full address|headquarters address|hq address|company street 1|organization address|company hq address|hq street",
    ),
    (
        Role::CompanyCity,
        "company city|hq city|headquarters city|organization city|company location city|account city|company hq city",
    ),
    (
        Role::CompanyState,
        "company state|hq state|headquarters state|company state region|company region|organization state|company state province|company location state|company hq state|company province|hq region|company location region",
    ),
    (
        Role::CompanyPostalCode,
        "company zip|company zip code|company postal code|company postcode|hq zip|hq postal code|company zip postal code|organization postal code",
    ),
    (
        Role::CompanyCountry,
        "company country|hq country|headquarters country|organization country|company location country|company country region|account country|company hq country|company country code",
    ),
    (
        Role::CompanyLocation,
        "company location|headquarters|headquarters location|hq location|hq|company hq|head office|company headquarters|organization location|company locality|company geo|head office location|company hq location",
    ),
    (
        Role::Industry,
        "industry|industries|company industry|primary industry|sector|vertical|industry sector|organization industry|company industries|business type|industry name|main industry|industry type|linkedin industry|company sector|business category|nature of business|line of business|industry category|category industry|company primary industry|primary industry name|market sector|industry vertical|account industry|business sector|sub industry",
    ),
    (
        Role::Employees,
        "employees|number of employees|no of employees|employee count|company size|num employees|headcount|employee range|employees count|company employee count|staff count|size|company headcount|employee size|company employees|number employees|company size range|staff size|team size|employees range|company employee exact count|company employee range|organization size|company staff count|organization num employees|total employees|employee count range|company employee size|full time employees|company number of employees|nb employees|estimated num employees|workforce|company staff count range|staff|linkedin employees|company employee count range",
    ),
    (
        Role::Revenue,
        "revenue|annual revenue|company revenue|revenue range|turnover|sales revenue|annual turnover|estimated revenue|company annual revenue|yearly revenue|revenue in 000s usd|revenue in 000s|revenue usd|revenue range in usd|company revenue range|annual sales|estimated annual revenue|total revenue|annual revenue usd|revenues|estimated revenue range|sales volume|company revenue in 000s",
    ),
    (
        Role::FoundedYear,
        "launch date|year launched|founded|founded year|year founded|founded date|company year founded|founding year|year established|founded in|established|year of foundation|company founded|foundation year|company founded year|date founded|company founded date|year of establishment|founded on|company founding year",
    ),
    (
        Role::Keywords,
        "keywords|company keywords|specialities|specialties|company specialities|company specialties|keyword|organization keywords|seo keywords",
    ),
    (
        Role::Technologies,
        "technologies|technology|tech stack|company technologies|technologies used|technology stack|techstack|web technologies|website technologies",
    ),
];

pub(super) const LEAD: &[Line] = &[
    (
        Role::Tags,
        "tags|lists|tag|labels|list|categories|groups|group membership|segments|label|contact tags|list names|list name|list membership|contact lists",
    ),
    (
        Role::Notes,
        "biography|notes|note|comments|comment|description|remarks|message|remark|bio|summary|about|additional info|additional information|contact notes|other info|background|lead notes|memo|details|additional notes|inquiry|enquiry|observations|profile summary|your message|feedback|how can we help",
    ),
    (
        Role::LeadStatus,
        "lead status|status|stage|lead stage|lifecycle stage|contact stage|contact status|pipeline stage|account stage|deal stage|prospect status|lifecyclestage|customer status|opportunity stage|current status|hs lead status|sales stage|lead lifecycle stage|funnel stage|status lead",
    ),
    (
        Role::LeadSource,
        "lead source|source|original source|referral source|channel|acquisition source|how did you hear about us|source of lead|contact source|account source|marketing source|lead origin|original traffic source|traffic source|origin|lead channel|original source type|source channel|latest source|data source|referred by|campaign source|acquisition channel|where did you hear about us|how did you find us",
    ),
    (
        Role::Owner,
        "owner|contact owner|lead owner|account owner|assigned to|record owner|sales rep|sales owner|account manager|company owner|assigned user|salesperson|sales person|hubspot owner|hubspot owner id|rep|sales representative assigned|relationship manager|responsible|crm owner|owner assigned|owner name|lead assigned to|person responsible|responsible person|assigned rep|assigned owner",
    ),
    (
        Role::ExternalId,
        "id|record id|contact id|lead id|external id|person id|customer id|unique id|apollo contact id|record id contact|uuid|zoominfo contact id|vid|object id|client id|customer number|customer no|hs object id|guid|uid|contact record id|apollo record id|crm id|profile id|prospect id|system id|user id|lead record id|contactid full|member id|subscriber id|customer code|hubspot id|salesforce id|people id|zoom individual id|zoominfo person id|id number",
    ),
    (
        Role::CreatedAt,
        "added time|time added|created at|create date|created date|created time|date created|created|created on|creation date|connected on|date added|added on|record created|optin time|added at|sign up date|signup date|timestamp|created date time|created by date|date of creation|registered at|registration date|submitted at|submission date|subscription date|customer since|create time|date entered|submit date|opt in date|signed up at|creation time|inquiry date|created datetime|lead created|lead date|submitted on|received at",
    ),
    (Role::UtmSource, "utm source"),
    (Role::UtmMedium, "utm medium"),
    (Role::UtmCampaign, "utm campaign"),
    (
        Role::Consent,
        "email opt out|unsubscribed|opt out|unsub|email blacklisted|opted out|opted out of email|unsubscribed from all email|has opted out of email|do not email|do not contact|email opt in|opt in|marketing consent|email consent|gdpr consent|consent|newsletter|subscribed|accepts marketing|accepts email marketing|email marketing consent|cleaned|subscription status|email subscription status|email subscriber status|unsubscribe|optout|optin|marketing opt in|marketing contact status|marketing status|email permission|permission to contact|newsletter subscription|unsubscribed at|is unsubscribed|email unsubscribed|hs email optout|dnc email|suppressed|opt in status|double opt in|sms blacklisted|emailblacklisted|smsblacklisted|gdpr|data processing consent|allow email|marketing emails|communication consent|email marketing|subscriber status|agreed to marketing|donotemail|has unsubscribed|consent to marketing|legal basis|bulk email opt out|opted out all|email opted out|optedout",
    ),
    (
        Role::DoNotCall,
        "do not call|dnc|phone opt out|call opt out|donotcall|no calls|do not phone|dnc status|phone do not call",
    ),
    (
        Role::Ignore,
        "company name for emails|email confidence|email source|previous job title|previous company|past company|past title|previous title|former company|former title|assignee|assignee email|assignee name|owner email|owner id|manager|manager s name|manager name|assistant|assistant name|assistant s name|assistant s email|manager email|spouse|children|referrer|url|status code|linkedin url unique id|company linkedin url unique id|company id|account id|type|rating|parent account|parent company|lead score|score|company name url|profile image url|photo|photo url|image|logo|logo url|avatar|picture|connection degree|ip|ip address|latitude|longitude|lat|lng|sic code|sic codes|naics code|naics codes|seo description|sender|recipient|from|to|cc address|subject|instagram|youtube|tiktok|github|skype|email 2 type|email type|phone type|e mail type|e mail display name 2|billing information|email 1 type|phone 1 type",
    ),
];

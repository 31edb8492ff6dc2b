//! The countries of the world: how often they occur, their legal forms, their cities.

/// The language a company's trade word and some titles are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English, and every country whose companies mostly use it abroad.
    English,
    /// French.
    French,
    /// German.
    German,
    /// Spanish.
    Spanish,
    /// Italian.
    Italian,
}

/// One country of the sandbox.
#[derive(Debug)]
pub struct Country {
    /// ISO 3166-1 alpha-2 code.
    pub code: &'static str,
    /// English name, as providers and lists write it.
    pub name: &'static str,
    /// Language of its company names.
    pub language: Language,
    /// Share of companies, in thousandths of the sum of all weights.
    pub weight: u32,
    /// Legal forms, the commonest first.
    pub legal_forms: &'static [&'static str],
    /// A few cities.
    pub cities: &'static [&'static str],
    /// Where the GDPR or a law like it keeps personal addresses back.
    pub gdpr: bool,
}

macro_rules! country {
    ($code:literal $name:literal $language:ident $weight:literal gdpr=$gdpr:literal
     [$($form:literal)+] [$($city:literal)+]) => {
        Country {
            code: $code, name: $name, language: Language::$language, weight: $weight,
            legal_forms: &[$($form),+], cities: &[$($city),+], gdpr: $gdpr,
        }
    };
}

/// All countries, in an order that never changes: the world is drawn from it.
pub static COUNTRIES: [Country; 20] = [
    country!("US" "United States" English 260 gdpr=false ["Inc." "LLC" "Corp." "Inc"]
        ["Austin" "Columbus" "Denver" "Portland" "Raleigh"]),
    country!("GB" "United Kingdom" English 110 gdpr=true ["Ltd" "Limited" "PLC" "LLP"]
        ["Leeds" "Bristol" "Manchester" "Glasgow" "London"]),
    country!("FR" "France" French 110 gdpr=true ["SAS" "SARL" "SA" "S.A.S."]
        ["Lyon" "Nantes" "Lille" "Paris" "Toulouse"]),
    country!("DE" "Germany" German 100 gdpr=true ["GmbH" "AG" "GmbH & Co. KG" "UG"]
        ["Hamburg" "Köln" "Leipzig" "München" "Berlin"]),
    country!("ES" "Spain" Spanish 50 gdpr=true ["S.L." "S.A." "SL"]
        ["Valencia" "Sevilla" "Bilbao" "Madrid"]),
    country!("IT" "Italy" Italian 50 gdpr=true ["S.r.l." "S.p.A." "Srl"]
        ["Torino" "Bologna" "Milano" "Verona"]),
    country!("NL" "Netherlands" English 35 gdpr=true ["B.V." "N.V." "BV"]
        ["Utrecht" "Eindhoven" "Rotterdam"]),
    country!("SE" "Sweden" English 25 gdpr=true ["AB" "AB (publ)"]
        ["Göteborg" "Malmö" "Stockholm"]),
    country!("PL" "Poland" English 30 gdpr=true ["Sp. z o.o." "S.A."]
        ["Łódź" "Kraków" "Gdańsk" "Warszawa"]),
    country!("CZ" "Czech Republic" English 15 gdpr=true ["s.r.o." "a.s."] ["Brno" "Praha" "Plzeň"]),
    country!("IE" "Ireland" English 15 gdpr=true ["Ltd" "DAC"] ["Cork" "Galway" "Dublin"]),
    country!("BR" "Brazil" Spanish 35 gdpr=false ["Ltda." "S.A."]
        ["São Paulo" "Curitiba" "Recife"]),
    country!("MX" "Mexico" Spanish 20 gdpr=false ["S.A. de C.V." "S. de R.L."]
        ["Monterrey" "Puebla" "Guadalajara"]),
    country!("IN" "India" English 60 gdpr=false ["Pvt Ltd" "Private Limited" "Ltd"]
        ["Pune" "Chennai" "Bengaluru" "Mumbai"]),
    country!("JP" "Japan" English 20 gdpr=false ["K.K." "Co., Ltd."] ["Osaka" "Nagoya" "Tokyo"]),
    country!("VN" "Vietnam" English 10 gdpr=false ["Co., Ltd" "JSC"] ["Hanoi" "Da Nang"]),
    country!("TR" "Turkey" English 15 gdpr=false ["A.Ş." "Ltd. Şti."] ["İzmir" "Ankara" "İstanbul"]),
    country!("UA" "Ukraine" English 10 gdpr=false ["LLC" "PJSC"] ["Lviv" "Kyiv" "Odesa"]),
    country!("GR" "Greece" English 10 gdpr=true ["A.E." "E.P.E."] ["Patra" "Athens"]),
    country!("AU" "Australia" English 20 gdpr=false ["Pty Ltd" "Ltd"]
        ["Brisbane" "Perth" "Melbourne"]),
];

/// The country of this code or English name, in any case.
pub fn country_named(text: &str) -> Option<&'static Country> {
    let text = text.trim();
    COUNTRIES
        .iter()
        .find(|c| c.code.eq_ignore_ascii_case(text) || c.name.eq_ignore_ascii_case(text))
}

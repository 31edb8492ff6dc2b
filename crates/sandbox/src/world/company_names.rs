//! Invented company names, one-to-one with company numbers, so that no two companies share a domain.

use super::countries::Language;

/// First syllables end in a vowel or `n`, the following begin with a consonant other than `n`, so that
/// no two combinations read the same (a test holds this).
const STARTS: [&str; 30] = [
    "Ve", "Ka", "Lu", "Mo", "Zi", "Bra", "Cre", "Dro", "Fle", "Gri", "Ha", "Jo", "Ke", "Li", "Ma",
    "Ne", "O", "Pla", "Qui", "Ro", "Sto", "Ta", "U", "Vo", "Wi", "Xe", "Ya", "Zo", "Thi", "Sa",
];
const MIDDLES: [&str; 24] = [
    "lo", "ri", "ta", "ve", "mi", "do", "ba", "co", "de", "fa", "ga", "ha", "jo", "ka", "le", "mu",
    "pa", "ro", "si", "to", "vi", "wa", "xi", "zu",
];
const ENDS: [&str; 20] = [
    "ndra", "rix", "th", "mond", "len", "cor", "wick", "bury", "nova", "stad", "quest", "lund",
    "gate", "ford", "well", "dale", "mark", "field", "berg", "sen",
];

/// One industry: its English name and the trade word in a company's name, by language.
pub(crate) struct Industry {
    pub(crate) name: &'static str,
    english: &'static str,
    french: &'static str,
    german: &'static str,
    spanish: &'static str,
    italian: &'static str,
}

macro_rules! industry {
    ($name:literal: $en:literal $fr:literal $de:literal $es:literal $it:literal) => {
        Industry { name: $name, english: $en, french: $fr, german: $de, spanish: $es, italian: $it }
    };
}

/// All industries, in an order that never changes.
pub(crate) static INDUSTRIES: [Industry; 24] = [
    industry!("computer software": "Software" "Logiciels" "Softwarehaus" "Programas" "Applicazioni"),
    industry!("information technology & services": "Systems" "Informatique" "Systemhaus" "Sistemas" "Sistemi"),
    industry!("textiles": "Textiles" "Tissus" "Textil" "Tejidos" "Tessuti"),
    industry!("machinery": "Machinery" "Machines" "Maschinenbau" "Maquinaria" "Macchine"),
    industry!("food production": "Foods" "Aliments" "Lebensmittel" "Alimentos" "Alimentari"),
    industry!("logistics & supply chain": "Logistics" "Transports" "Logistik" "Transportes" "Trasporti"),
    industry!("construction": "Construction" "Chantiers" "Bau" "Obras" "Costruzioni"),
    industry!("financial services": "Capital" "Finances" "Finanz" "Inversiones" "Finanza"),
    industry!("insurance": "Insurance" "Assurances" "Versicherung" "Seguros" "Assicurazioni"),
    industry!("hospital & health care": "Health" "Cliniques" "Kliniken" "Salud" "Salute"),
    industry!("pharmaceuticals": "Pharma" "Pharmacie" "Arznei" "Laboratorios" "Farmaci"),
    industry!("retail": "Stores" "Boutiques" "Handel" "Tiendas" "Negozi"),
    industry!("marketing & advertising": "Media" "Agence" "Werbung" "Publicidad" "Comunicazione"),
    industry!("management consulting": "Partners" "Conseil" "Beratung" "Consultores" "Consulenza"),
    industry!("renewables & environment": "Energy" "Energies" "Energie" "Renovables" "Rinnovabili"),
    industry!("automotive": "Motors" "Automobiles" "Fahrzeuge" "Motores" "Autoveicoli"),
    industry!("hospitality": "Hotels" "Auberges" "Gasthaus" "Hoteles" "Alberghi"),
    industry!("education": "Learning" "Ecoles" "Akademie" "Academia" "Scuole"),
    industry!("telecommunications": "Networks" "Reseaux" "Netze" "Redes" "Reti"),
    industry!("chemicals": "Chemicals" "Chimie" "Chemie" "Quimica" "Chimica"),
    industry!("legal services": "Legal" "Avocats" "Kanzlei" "Abogados" "Avvocati"),
    industry!("real estate": "Properties" "Immobilier" "Immobilien" "Inmuebles" "Immobili"),
    industry!("design": "Design" "Atelier" "Gestaltung" "Taller" "Bottega"),
    industry!("security": "Security" "Gardiens" "Wachdienst" "Vigilancia" "Vigilanza"),
];

impl Industry {
    fn trade(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.english,
            Language::French => self.french,
            Language::German => self.german,
            Language::Spanish => self.spanish,
            Language::Italian => self.italian,
        }
    }
}

/// How many companies can have a name of their own.
pub(crate) const NAMES_MAX: u64 = 30 * 24 * 20 * 24;

/// The parts of the name with this number (below [`NAMES_MAX`]): an invented word, and an industry.
pub(crate) fn name_parts(number: u64) -> (String, &'static Industry) {
    let place = |n: u64| usize::try_from(n).unwrap_or(0);
    let (rest, industry) = (number / 24, place(number % 24));
    let (rest, end) = (rest / 20, place(rest % 20));
    let (start, middle) = (place(rest / 24 % 30), place(rest % 24));
    let part = |list: &[&'static str], at: usize| list.get(at).copied().unwrap_or_default();
    let word = format!("{}{}{}", part(&STARTS, start), part(&MIDDLES, middle), part(&ENDS, end));
    (word, INDUSTRIES.get(industry).unwrap_or(&INDUSTRIES[0]))
}

/// `Velotex` and an industry as one name: `Velotex Textil`.
pub(crate) fn full_name(word: &str, industry: &Industry, language: Language) -> String {
    format!("{word} {}", industry.trade(language))
}

/// Words at a name's end that are a legal form, folded.
const LEGAL_FORMS: [&str; 45] = [
    "inc",
    "llc",
    "corp",
    "corporation",
    "ltd",
    "limited",
    "plc",
    "llp",
    "sas",
    "sarl",
    "sa",
    "gmbh",
    "ag",
    "kg",
    "ug",
    "co",
    "sl",
    "srl",
    "spa",
    "bv",
    "nv",
    "ab",
    "publ",
    "sp",
    "z",
    "oo",
    "zoo",
    "sro",
    "as",
    "dac",
    "ltda",
    "de",
    "cv",
    "s",
    "rl",
    "pvt",
    "private",
    "kk",
    "jsc",
    "pjsc",
    "ae",
    "epe",
    "pty",
    "company",
    "sti",
];

/// A company's name as it is compared: lower case, plain letters, without its legal form.
pub(crate) fn bare(name: &str) -> String {
    let words: Vec<String> = name
        .split(|c: char| c.is_whitespace() || c == ',' || c == '&' || c == '(' || c == ')')
        .map(super::names::spelling)
        .filter(|w| !w.is_empty())
        .collect();
    let is_form = |w: &String| LEGAL_FORMS.contains(&w.as_str());
    let kept = words.iter().rposition(|w| !is_form(w)).map_or(words.len(), |at| at + 1);
    words.into_iter().take(kept).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::world::countries::COUNTRIES;

    #[test]
    fn no_two_invented_words_are_alike() {
        let words: HashSet<String> =
            (0..NAMES_MAX / 24).map(|n| name_parts(n * 24).0.to_lowercase()).collect();
        assert_eq!(u64::try_from(words.len()).unwrap(), NAMES_MAX / 24);
    }

    #[test]
    fn trade_words_differ_across_industries() {
        let mut seen = std::collections::HashMap::new();
        for (at, industry) in INDUSTRIES.iter().enumerate() {
            for country in &COUNTRIES {
                let word = bare(industry.trade(country.language));
                assert_eq!(*seen.entry(word.clone()).or_insert(at), at, "{word}");
            }
        }
    }

    #[test]
    fn legal_forms_fall_off() {
        for country in &COUNTRIES {
            for form in country.legal_forms {
                assert_eq!(bare(&format!("Velorix Textil {form}")), "velorixtextil", "{form}");
            }
        }
        assert_eq!(bare("VELORIX  textil, Inc"), "velorixtextil");
        assert_eq!(bare("Limited"), "limited");
    }
}

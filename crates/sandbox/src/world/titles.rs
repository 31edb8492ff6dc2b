//! Job titles with their seniority and department.

use super::countries::Language;
use crate::chance;

/// How senior a person is, in Apollo's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seniority {
    /// Founders and owners.
    Founder,
    /// Chief officers.
    CSuite,
    /// Vice presidents.
    Vp,
    /// Directors.
    Director,
    /// Heads of a department.
    Head,
    /// Managers.
    Manager,
    /// Senior staff.
    Senior,
    /// Everybody else.
    Entry,
}

impl Seniority {
    const ALL: [(Self, u32); 8] = [
        (Self::Founder, 40),
        (Self::CSuite, 90),
        (Self::Vp, 80),
        (Self::Director, 150),
        (Self::Head, 120),
        (Self::Manager, 230),
        (Self::Senior, 130),
        (Self::Entry, 160),
    ];

    /// The word in provider answers and in the truth file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Founder => "founder",
            Self::CSuite => "c_suite",
            Self::Vp => "vp",
            Self::Director => "director",
            Self::Head => "head",
            Self::Manager => "manager",
            Self::Senior => "senior",
            Self::Entry => "entry",
        }
    }
}

/// Department words: Apollo's key, English, chief officer's abbreviation, French, German.
const DEPARTMENTS: [(&str, &str, &str, &str, &str); 9] = [
    ("sales", "Sales", "CRO", "Commercial", "Vertrieb"),
    ("marketing", "Marketing", "CMO", "Marketing", "Marketing"),
    ("engineering", "Engineering", "CTO", "Technique", "Technik"),
    ("finance", "Finance", "CFO", "Financier", "Finanzen"),
    ("human_resources", "People", "CHRO", "des Ressources Humaines", "Personal"),
    ("operations", "Operations", "COO", "des Opérations", "Betrieb"),
    ("information_technology", "IT", "CIO", "Informatique", "IT"),
    ("operations", "Purchasing", "Chief Procurement Officer", "des Achats", "Einkauf"),
    ("legal", "Legal", "General Counsel", "Juridique", "Recht"),
];

/// What a person does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Role {
    pub(crate) title: String,
    pub(crate) seniority: Seniority,
    pub(crate) department: &'static str,
}

/// The role that `draw` gives in a country of this language.
pub(crate) fn role(draw: u64, language: Language) -> Role {
    let place = chance::weighted(draw, Seniority::ALL.iter().map(|(_, w)| *w));
    let seniority = Seniority::ALL.get(place).map_or(Seniority::Entry, |(s, _)| *s);
    let at = chance::index(chance::again(draw, 1), DEPARTMENTS.len());
    let (key, english, chief, french, german) =
        DEPARTMENTS.get(at).copied().unwrap_or(("sales", "Sales", "CRO", "Commercial", "Vertrieb"));
    let local = chance::happens(chance::again(draw, 2), 350);
    let title = match (language, local) {
        (Language::French, true) => french_title(seniority, french),
        (Language::German, true) => german_title(seniority, german),
        _ => english_title(seniority, english, chief),
    };
    Role { title, seniority, department: key }
}

fn english_title(seniority: Seniority, department: &str, chief: &str) -> String {
    match seniority {
        Seniority::Founder => "Founder & CEO".to_owned(),
        Seniority::CSuite => chief.to_owned(),
        Seniority::Vp => format!("VP {department}"),
        Seniority::Director => format!("Director of {department}"),
        Seniority::Head => format!("Head of {department}"),
        Seniority::Manager => format!("{department} Manager"),
        Seniority::Senior => format!("Senior {department} Specialist"),
        Seniority::Entry => format!("{department} Associate"),
    }
}

fn french_title(seniority: Seniority, department: &str) -> String {
    match seniority {
        Seniority::Founder => "Gérant".to_owned(),
        Seniority::CSuite | Seniority::Vp => "Directeur Général".to_owned(),
        Seniority::Director | Seniority::Head => format!("Directeur {department}"),
        Seniority::Manager => format!("Responsable {department}"),
        Seniority::Senior | Seniority::Entry => format!("Chargé de mission, pôle {department}"),
    }
}

fn german_title(seniority: Seniority, department: &str) -> String {
    match seniority {
        Seniority::Founder | Seniority::CSuite => "Geschäftsführer".to_owned(),
        Seniority::Vp | Seniority::Director => format!("Bereichsleiter {department}"),
        Seniority::Head | Seniority::Manager => format!("Leitung {department}"),
        Seniority::Senior | Seniority::Entry => format!("Sachbearbeiter {department}"),
    }
}

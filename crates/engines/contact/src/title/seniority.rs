use super::{spaced, speaks_of};
use crate::fold;

/// The rank that a job title tells, highest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seniority {
    /// Founders and owners.
    Owner,
    /// Chief officers, presidents, managing directors, boards.
    CLevel,
    /// Partners of a firm.
    Partner,
    /// Vice presidents.
    Vp,
    /// Heads of something.
    Head,
    /// Directors.
    Director,
    /// Managers.
    Manager,
    /// Seniors, leads and principals without people to lead.
    Senior,
    /// All others whose title says so much.
    Entry,
    /// Interns, trainees, apprentices, working students.
    Intern,
}

const INTERN: &str = "intern|internship|trainee|apprentice|praktikant*|werkstudent*|auszubildende*|azubi|stagiaire|alternant*|becari*|estagiari*|stagiair|tirocinante|working student";
/// Who works for somebody of rank, and does not have it.
const ASSISTANT: &str = "executive assistant|personal assistant|assistant to|assistent*|assistenz|assistante|secretary to|sekretar*|ea to|pa to|office of the|secretaria|assistente";
const OWNER: &str = "founder*|cofounder*|owner|coowner|inhaber*|grunder*|fondateur*|fondatrice|cofondat*|fundador*|fondatore|proprietaire|proprietario|dueno|eigenaar|oprichter|grundare|perustaja|wlasciciel*|創業者|основатель";
const VP: &str = "vp|svp|evp|avp|vice president|vicepresident*|vice presidente";
const C_LEVEL: &str = "ceo|cto|cfo|coo|cmo|cio|cro|cpo|chro|ciso|cdo|cco|clo|president|presidente|prasident*|managing director|geschaftsfuhr*|vorstand*|pdg|directeur general|directrice generale|amministratore delegato|consejero delegado|director general|director ejecutivo|executive director|verkstallande direktor|administrerende direktor|toimitusjohtaja|prezes*|algemeen directeur|bestuurder|chairman|chairwoman|board member|代表取締役*|社長*|总经理*|董事长*|генеральный директор";
const HEAD: &str = "head|chief of staff|leiter*|leitung|*leiter |*leiterin |responsable|jefe|jefa|hoofd|chef de|kierownik|начальник";
const DIRECTOR: &str = "director*|direktor*|directeur*|directrice|direttore|direttrice|diretor*|directora|dyrektor*|dir|johtaja|директор";
const MANAGER: &str = "manager*|mgr|managerin|gerente|gestionnaire|supervisor|superintendent|team lead|teamlead|team leader|teamleiter*|coordinatore|менеджер|课长|経理|部长";
const SENIOR: &str = "senior|sr|lead|principal|staff|expert|iii|iv";
const ENTRY: &str = "junior|jr|associate|assistant|coordinator|specialist*|analyst*|representative|rep|clerk|agent|officer|consultant|advisor|executive|engineer|developer|accountant|technician|operator|administrator|designer|writer|nurse|teacher|driver|sachbearbeiter*|referent*|mitarbeiter*|berater*|entwickler*|ingenieur*|technicien*|consultor|analista|tecnico";

/// Words for a rank that are no titles, folded.
const LABELS: [(&str, Seniority); 9] = [
    ("csuite", Seniority::CLevel),
    ("cxo", Seniority::CLevel),
    ("executive", Seniority::CLevel),
    ("executives", Seniority::CLevel),
    ("nonmanager", Seniority::Entry),
    ("staff", Seniority::Entry),
    ("individualcontributor", Seniority::Entry),
    ("entrylevel", Seniority::Entry),
    ("training", Seniority::Intern),
];

impl Seniority {
    /// By what a column for ranks says: `C-Suite`, `vp`, `Entry level`.
    pub fn of_label(label: &str) -> Option<Self> {
        let folded = fold(label);
        let all = [
            Self::Owner,
            Self::CLevel,
            Self::Partner,
            Self::Vp,
            Self::Head,
            Self::Director,
            Self::Manager,
            Self::Senior,
            Self::Entry,
            Self::Intern,
        ];
        let named = all.into_iter().find(|rank| fold(rank.as_str()) == folded);
        let said = || LABELS.iter().find(|(word, _)| *word == folded).map(|(_, rank)| *rank);
        named.or_else(said).or_else(|| Self::of_title(label))
    }

    /// By the words of a title; none where they tell nothing. `Assistant to the CEO` is no chief.
    pub fn of_title(title: &str) -> Option<Self> {
        let words = spaced(title);
        let is = |patterns| speaks_of(&words, patterns);
        let chief = is("chief") && is("officer|*officer ");
        Some(if is(INTERN) {
            Self::Intern
        } else if is(ASSISTANT) {
            Self::Entry
        } else if is(OWNER) && !is("product owner|process owner|system owner") {
            Self::Owner
        } else if is(VP) {
            Self::Vp
        } else if chief || is(C_LEVEL) {
            Self::CLevel
        } else if is("partner|gesellschafter*|associe|socio")
            && !is("business partner|partner manager|partner marketing|channel partner")
        {
            Self::Partner
        } else if is(HEAD) {
            Self::Head
        } else if is(DIRECTOR) {
            Self::Director
        } else if is(MANAGER) {
            Self::Manager
        } else if is(SENIOR) {
            Self::Senior
        } else if is(ENTRY) {
            Self::Entry
        } else {
            return None;
        })
    }

    /// The word in columns and settings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::CLevel => "c_level",
            Self::Partner => "partner",
            Self::Vp => "vp",
            Self::Head => "head",
            Self::Director => "director",
            Self::Manager => "manager",
            Self::Senior => "senior",
            Self::Entry => "entry",
            Self::Intern => "intern",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_of_titles() {
        for (title, rank) in [
            ("Co-Founder & CEO", "owner"),
            ("Chief Revenue Officer", "c_level"),
            ("Geschäftsführerin", "c_level"),
            ("Directeur Général", "c_level"),
            ("代表取締役社長", "c_level"),
            ("Senior Vice President, Sales", "vp"),
            ("VP of Engineering", "vp"),
            ("Partner", "partner"),
            ("HR Business Partner", ""),
            ("Head of Growth", "head"),
            ("Vertriebsleiter DACH", "head"),
            ("Responsable RH", "head"),
            ("Creative Director", "director"),
            ("Directrice Marketing", "director"),
            ("Product Manager", "manager"),
            ("Teamleiter Einkauf", "head"),
            ("Senior Software Engineer", "senior"),
            ("Product Owner", ""),
            ("Executive Assistant to the CEO", "entry"),
            ("Assistenz der Geschäftsführung", "entry"),
            ("Assistant to the Regional Manager", "entry"),
            ("Assistant Manager", "manager"),
            ("Account Executive", "entry"),
            ("Software Engineer", "entry"),
            ("Marketing Intern", "intern"),
            ("Werkstudentin Marketing", "intern"),
            ("Baker", ""),
            ("", ""),
        ] {
            let found = Seniority::of_title(title).map_or("", Seniority::as_str);
            assert_eq!(found, rank, "{title}");
        }
    }
}

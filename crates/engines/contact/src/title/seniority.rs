use super::named;
use super::rule::Rule;

named! {
    /// The rank that a job title tells, highest first.
    pub enum Seniority {
        /// Founders and owners.
        Owner = "owner",
        /// Chief officers, presidents, managing directors, boards.
        CLevel = "c_level" | "csuite" | "cxo" | "executive" | "executives",
        /// Partners of a firm.
        Partner = "partner",
        /// Vice presidents.
        Vp = "vp",
        /// Heads of something.
        Head = "head",
        /// Directors.
        Director = "director",
        /// Managers.
        Manager = "manager",
        /// Seniors, leads and principals without people to lead.
        Senior = "senior",
        /// All others whose title says so much.
        Entry = "entry" | "nonmanager" | "staff" | "individualcontributor" | "entrylevel",
        /// Interns, trainees, apprentices, working students.
        Intern = "intern" | "training",
    }
}

/// In the order in which they are tried. `Assistant to the CEO` is no chief: who works for somebody of rank
/// comes before all ranks.
pub(super) const RULES: &[Rule<Seniority>] = &[
    Rule::of(Seniority::Intern, "intern|internship|trainee|apprentice|praktikant*|werkstudent*|auszubildende*|azubi|stagiaire|alternant*|becari*|estagiari*|stagiair|tirocinante|working student"),
    Rule::of(Seniority::Entry, "executive assistant|personal assistant|assistant to|assistent*|assistenz|assistante|secretary to|sekretar*|ea to|pa to|office of the|secretaria|assistente"),
    Rule::of(Seniority::Owner, "founder*|cofounder*|owner|coowner|inhaber*|grunder*|fondateur*|fondatrice|cofondat*|fundador*|fondatore|proprietaire|proprietario|dueno|eigenaar|oprichter|grundare|perustaja|wlasciciel*|創業者|основатель")
        .but("product owner|process owner|system owner"),
    Rule::of(Seniority::Vp, "vp|svp|evp|avp|vice president|vicepresident*|vice presidente"),
    Rule::of(Seniority::CLevel, "chief").and("*officer"),
    Rule::of(Seniority::CLevel, "ceo|cto|cfo|coo|cmo|cio|cro|cpo|chro|ciso|cdo|cco|clo|president|presidente|prasident*|managing director|geschaftsfuhr*|vorstand*|pdg|directeur general|directrice generale|amministratore delegato|consejero delegado|director general|director ejecutivo|executive director|verkstallande direktor|administrerende direktor|toimitusjohtaja|prezes*|algemeen directeur|bestuurder|chairman|chairwoman|board member|代表取締役*|社長*|总经理*|董事长*|генеральный директор"),
    Rule::of(Seniority::Partner, "partner|gesellschafter*|associe|socio")
        .but("business partner|partner manager|partner marketing|channel partner"),
    Rule::of(Seniority::Head, "head|chief of staff|leiter*|leitung|*leiter|*leiterin|responsable|jefe|jefa|hoofd|chef de|kierownik|начальник"),
    Rule::of(Seniority::Director, "director*|direktor*|directeur*|directrice|direttore|direttrice|diretor*|directora|dyrektor*|dir|johtaja|директор"),
    Rule::of(Seniority::Manager, "manager*|mgr|managerin|gerente|gestionnaire|supervisor|superintendent|team lead|teamlead|team leader|teamleiter*|coordinatore|менеджер|课长|経理|部长"),
    Rule::of(Seniority::Senior, "senior|sr|lead|principal|staff|expert|iii|iv"),
    Rule::of(Seniority::Entry, "junior|jr|associate|assistant|coordinator|specialist*|analyst*|representative|rep|clerk|agent|officer|consultant|advisor|executive|engineer|developer|accountant|technician|operator|administrator|designer|writer|nurse|teacher|driver|sachbearbeiter*|referent*|mitarbeiter*|berater*|entwickler*|ingenieur*|technicien*|consultor|analista|tecnico"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::title::title_tells;

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
            let found = title_tells(title).0.map_or("", Seniority::as_str);
            assert_eq!(found, rank, "{title}");
        }
    }
}

use super::{Seniority, spaced, speaks_of};
use crate::fold;

macro_rules! departments {
    ($($(#[$doc:meta])+ $variant:ident = $word:literal: $patterns:literal),+ $(,)?) => {
        /// The part of a company that a job title belongs to.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Department { $($(#[$doc])+ $variant),+ }

        /// In the order in which they are tried: what is said more exactly comes first.
        const PATTERNS: &[(Department, &str)] = &[$((Department::$variant, $patterns)),+];

        impl Department {
            /// The word in columns and settings.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    };
}

departments! {
    /// Human resources, recruiting.
    HumanResources = "human_resources": "hr|chro|human resource*|human capital|recruit*|talent|people operations|people partner|people officer|head of people|people culture|personalabteilung|personalleit*|personalreferent*|personalwesen|ressources humaines|rh|drh|rrhh|recursos humanos|risorse umane|hrbp|kadry",
    /// Law and compliance.
    Legal = "legal": "legal|counsel|lawyer|attorney|paralegal|compliance|jurist*|rechts*|juridique|juriste|avocat*|avvocato|abogad*|advogad*|notar*|clo|solicitor|privacy",
    /// Customer success, service and support.
    CustomerService = "customer_service": "customer success|customer service*|customer support|customer care|customer experience|client success|client service*|client support|support engineer|support specialist|technical support|call center|contact center|kundenservice|kundenbetreu*|kundendienst|service client|atencion al cliente|servizio clienti|klantenservice|kundtjanst",
    /// Product management.
    Product = "product": "product manage*|product owner|product lead|product director|head of product|vp of product|vp product|chief product|cpo|product strategy|produktmanag*|chef de produit",
    /// Marketing and communication.
    Marketing = "marketing": "marketing*|*marketing |marketer|brand*|content|seo|sem|communication*|kommunikation*|comunicacion|comunicazione|public relations|pr|cmo|growth|advertis*|werb*|social media|demand generation|campaign*|copywriter|event*",
    /// Sales and business development.
    Sales = "sales": "sales|salesperson|presales|account manage*|account executive*|account director|key account*|business development|bdr|sdr|vertrieb*|verkauf*|verkaufer*|commercial|commerciale|comercial|ventes|vendite|ventas|vendas|salg*|forsalj*|saljare|saljchef|myynti*|verkoop*|revenue|cro|aussendienst*|sprzedaz*|satis|営業*|销售*|продаж*",
    /// Money: accounting, controlling, tax, audit.
    Finance = "finance": "finance*|financial|financier*|accountant*|accounting|accounts payable|accounts receivable|controller*|controlling|treasur*|audit*|tax|taxes|cfo|comptab*|buchhalt*|buchhalter*|finanz*|contab*|bookkeep*|payroll|fp a|steuer*|ekonom*|boekhoud*|ksiegow*|billing|actuar*|budget*",
    /// Purchasing.
    Procurement = "procurement": "procurement|purchas*|buyer|buyers|sourcing|einkauf*|einkaufer*|achat*|acheteur*|compras|comprador*|acquisti|inkoop*|inkop*|innkjop*|category manager",
    /// Design in all its forms.
    Design = "design": "design*|ux|ui|creative|art director|grafik*|graphic*|illustrator|animator|disenador*",
    /// Data and analytics.
    Data = "data": "data|analytics|business intelligence|bi|machine learning|statistic*|datenanalys*|daten*",
    /// Systems, networks, security.
    It = "it": "it manager|it director|it specialist|it support|head of it|it administrator|it leiter*|it consultant|it project*|information technology|information security|information system*|system* admin*|sysadmin|systemadministrator*|network*|infrastructure|cyber*|security engineer|security analyst|ciso|cio|helpdesk|help desk|edv|informatik*|dsi|database admin*|administrateur systeme*|web admin*|webmaster",
    /// Software and other engineering.
    Engineering = "engineering": "engineer*|developer*|software|programmer*|devops|sre|cto|architect|entwickl*|entwickler*|*entwickler |ingenieur*|*ingenieur |developpeu*|sviluppat*|desarrollador*|desenvolvedor*|technolog*|technical|technik*|full stack|fullstack|frontend|backend|qa|tester|utvecklare|ohjelmisto*|programista|konstrukt*",
    /// Science.
    Research = "research": "research*|scientist*|r d|forsch*|recherche|chercheur*|investigador*|laborator*|chemist*|physicist*|biolog*",
    /// Health.
    Medical = "medical": "nurse*|nursing|physician*|doctor|medical|clinical|clinic|pharm*|therap*|dentist*|dental|surgeon*|arzt|arztin|medecin|medico|enfermer*|infirmi*|health*|care giver|paramedic*|veterinar*|radiolog*|optometr*",
    /// Teaching.
    Education = "education": "teach*|professor*|lecturer*|tutor*|instructor*|lehrer*|dozent*|enseignant*|education*|faculty|dean|academic*|school*|trainer|training|librarian*|curriculum",
    /// Supply, production, quality, buildings.
    Operations = "operations": "operation*|logisti*|supply chain|warehouse*|production|manufactur*|plant|coo|betriebs*|produktion*|quality|qualitat*|facilit*|fleet|inventory|shipping|transport*|lager*|maintenance|instandhalt*|process|operativ*|opérations|operaciones|drift*|project manage*|program manage*|projektleit*|projektmanag*|chef de projet",
    /// Offices and secretaries.
    Administration = "administration": "office manager|office administrator|secretar*|sekret*|assistant|assistante|assistent*|assistenz|administrative*|administrator|receptionist*|clerk|clerical|verwaltung*|front desk|data entry",
    /// The whole company.
    Executive = "executive": "ceo|president|managing director|founder*|cofounder*|owner|geschaftsfuhr*|vorstand*|pdg|directeur general|inhaber*|chairman|board*|general manager|gerente general|代表取締役*|社長*|总经理*|董事长*|генеральный директор",
}

impl Department {
    /// By what a column for departments says: `Marketing`, `human_resources`, `C-Suite`.
    pub fn of_label(label: &str) -> Option<Self> {
        let folded = fold(label);
        let named = PATTERNS.iter().find(|(department, _)| fold(department.as_str()) == folded);
        let whole = matches!(folded.as_str(), "csuite" | "management" | "executives" | "board");
        named
            .map(|(department, _)| *department)
            .or_else(|| whole.then_some(Self::Executive))
            .or_else(|| Self::of_title(label))
    }

    /// By the words of a title; none where they tell nothing.
    pub fn of_title(title: &str) -> Option<Self> {
        let words = spaced(title);
        let said = PATTERNS.iter().find(|(_, patterns)| speaks_of(&words, patterns));
        let whole = || {
            let rank = Seniority::of_title(title)?;
            (rank <= Seniority::CLevel).then_some(Self::Executive)
        };
        said.map(|(department, _)| *department).or_else(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn departments_of_titles() {
        for (title, department) in [
            ("VP Sales EMEA", "sales"),
            ("Account Executive", "sales"),
            ("Key Account Managerin", "sales"),
            ("Vertriebsleiter", "sales"),
            ("Staff Accountant", "finance"),
            ("CFO", "finance"),
            ("Leiter Finanzen", "finance"),
            ("Head of People", "human_resources"),
            ("Personalreferentin", "human_resources"),
            ("Responsable RH", "human_resources"),
            ("Performance Marketing Manager", "marketing"),
            ("Onlinemarketing Manager", "marketing"),
            ("Product Manager", "product"),
            ("Customer Success Manager", "customer_service"),
            ("Senior Software Engineer", "engineering"),
            ("Softwareentwickler", "engineering"),
            ("Data Scientist", "data"),
            ("IT Manager", "it"),
            ("CISO", "it"),
            ("Einkäufer", "procurement"),
            ("General Counsel", "legal"),
            ("Warehouse Supervisor", "operations"),
            ("UX Designer", "design"),
            ("Co-Founder & CEO", "executive"),
            ("Geschäftsführer", "executive"),
            ("Office Manager", "administration"),
            ("Registered Nurse", "medical"),
            ("Math Teacher", "education"),
            ("Baker", ""),
            ("", ""),
        ] {
            let found = Department::of_title(title).map_or("", Department::as_str);
            assert_eq!(found, department, "{title}");
        }
    }

    #[test]
    fn labels_of_departments_and_ranks() {
        for (label, department, rank) in [
            ("human_resources", "human_resources", ""),
            ("C-Suite", "executive", "c_level"),
            ("Engineering & Technical", "engineering", ""),
            ("VP", "", "vp"),
            ("Entry level", "", "entry"),
        ] {
            let found = Department::of_label(label).map_or("", Department::as_str);
            if !department.is_empty() {
                assert_eq!(found, department, "{label}");
            }
            assert_eq!(Seniority::of_label(label).map_or("", Seniority::as_str), rank, "{label}");
        }
    }

    /// Titles that people report for occupations whose department is beyond doubt (major and minor groups of
    /// the Standard Occupational Classification 2018).
    #[test]
    fn reported_titles_are_mostly_right() {
        use Department as D;
        let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let file = "shared/data/titles-onet/data/Sample of Reported Titles.txt";
        let Some(file) = here.ancestors().map(|up| up.join(file)).find(|p| p.is_file()) else {
            println!("skipped: shared/data/titles-onet is not beside the repository");
            return;
        };
        let expected: [(&str, &[D]); 9] = [
            ("11-20", &[D::Marketing, D::Sales]),
            ("13-20", &[D::Finance]),
            ("15-12", &[D::Engineering, D::It, D::Data, D::Design]),
            ("17-2", &[D::Engineering, D::Design, D::Research]),
            ("23-", &[D::Legal]),
            ("25-", &[D::Education]),
            ("29-", &[D::Medical]),
            ("41-", &[D::Sales, D::Marketing]),
            ("43-", &[D::Administration, D::Operations, D::CustomerService, D::Finance]),
        ];
        let (mut titles, mut told, mut right) = (0_u32, 0_u32, 0_u32);
        for line in std::fs::read_to_string(file).unwrap().lines().skip(1) {
            let mut cells = line.split('\t');
            let (code, title) = (cells.next().unwrap(), cells.next().unwrap());
            let Some((_, allowed)) = expected.iter().find(|(group, _)| code.starts_with(group))
            else {
                continue;
            };
            titles += 1;
            if let Some(found) = Department::of_title(title) {
                told += 1;
                right += u32::from(allowed.contains(&found));
            }
        }
        println!("{titles} titles, {told} told, {right} right");
        assert!(right * 100 >= told * 70, "{right} of {told}");
        assert!(told * 100 >= titles * 50, "{told} of {titles}");
    }
}

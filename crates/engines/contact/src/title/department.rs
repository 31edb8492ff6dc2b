use super::named;
use super::rule::Rule;

named! {
    /// The part of a company that a job title belongs to.
    pub enum Department {
        /// Human resources, recruiting.
        HumanResources = "human_resources",
        /// Law and compliance.
        Legal = "legal",
        /// Customer success, service and support.
        CustomerService = "customer_service",
        /// Product management.
        Product = "product",
        /// Marketing and communication.
        Marketing = "marketing",
        /// Sales and business development.
        Sales = "sales",
        /// Money: accounting, controlling, tax, audit.
        Finance = "finance",
        /// Purchasing.
        Procurement = "procurement",
        /// Design in all its forms.
        Design = "design",
        /// Data and analytics.
        Data = "data",
        /// Systems, networks, security.
        It = "it",
        /// Software and other engineering.
        Engineering = "engineering",
        /// Science.
        Research = "research",
        /// Health.
        Medical = "medical",
        /// Teaching.
        Education = "education",
        /// Supply, production, quality, buildings.
        Operations = "operations",
        /// Offices and secretaries.
        Administration = "administration",
        /// The whole company.
        Executive = "executive" | "csuite" | "management" | "executives" | "board",
    }
}

/// In the order in which they are tried: what is said more exactly comes first.
pub(super) const RULES: &[Rule<Department>] = &[
    Rule::of(
        Department::HumanResources,
        "hr|chro|human resource*|human capital|recruit*|talent|people operations|people partner|people officer|head of people|people culture|personalabteilung|personalleit*|personalreferent*|personalwesen|ressources humaines|rh|drh|rrhh|recursos humanos|risorse umane|hrbp|kadry",
    ),
    Rule::of(
        Department::Legal,
        "legal|counsel|lawyer|attorney|paralegal|compliance|jurist*|rechts*|juridique|juriste|avocat*|avvocato|abogad*|advogad*|notar*|clo|solicitor|privacy",
    ),
    Rule::of(
        Department::CustomerService,
        "customer success|customer service*|customer support|customer care|customer experience|client success|client service*|client support|support engineer|support specialist|technical support|call center|contact center|kundenservice|kundenbetreu*|kundendienst|service client|atencion al cliente|servizio clienti|klantenservice|kundtjanst",
    ),
    Rule::of(
        Department::Product,
        "product manage*|product owner|product lead|product director|head of product|vp of product|vp product|chief product|cpo|product strategy|produktmanag*|chef de produit",
    ),
    Rule::of(
        Department::Marketing,
        "marketing*|*marketing|marketer|brand*|content|seo|sem|communication*|kommunikation*|comunicacion|comunicazione|public relations|pr|cmo|growth|advertis*|werb*|social media|demand generation|campaign*|copywriter|event*",
    ),
    Rule::of(
        Department::Sales,
        "sales|salesperson|presales|account manage*|account executive*|account director|key account*|business development|bdr|sdr|vertrieb*|verkauf*|verkaufer*|commercial|commerciale|comercial|ventes|vendite|ventas|vendas|salg*|forsalj*|saljare|saljchef|myynti*|verkoop*|revenue|cro|aussendienst*|sprzedaz*|satis|営業*|销售*|продаж*",
    ),
    Rule::of(
        Department::Finance,
        "finance*|financial|financier*|accountant*|accounting|accounts payable|accounts receivable|controller*|controlling|treasur*|audit*|tax|taxes|cfo|comptab*|buchhalt*|buchhalter*|finanz*|contab*|bookkeep*|payroll|fp a|steuer*|ekonom*|boekhoud*|ksiegow*|billing|actuar*|budget*",
    ),
    Rule::of(
        Department::Procurement,
        "procurement|purchas*|buyer|buyers|sourcing|einkauf*|einkaufer*|achat*|acheteur*|compras|comprador*|acquisti|inkoop*|inkop*|innkjop*|category manager",
    ),
    Rule::of(
        Department::Design,
        "design*|ux|ui|creative|art director|grafik*|graphic*|illustrator|animator|disenador*",
    ),
    Rule::of(
        Department::Data,
        "data|analytics|business intelligence|bi|machine learning|statistic*|datenanalys*|daten*",
    ),
    Rule::of(
        Department::It,
        "it manager|it director|it specialist|it support|head of it|it administrator|it leiter*|it consultant|it project*|information technology|information security|information system*|system* admin*|sysadmin|systemadministrator*|network*|infrastructure|cyber*|security engineer|security analyst|ciso|cio|helpdesk|help desk|edv|informatik*|dsi|database admin*|administrateur systeme*|web admin*|webmaster",
    ),
    Rule::of(
        Department::Engineering,
        "engineer*|developer*|software|programmer*|devops|sre|cto|architect|entwickl*|entwickler*|*entwickler|ingenieur*|*ingenieur|developpeu*|sviluppat*|desarrollador*|desenvolvedor*|technolog*|technical|technik*|full stack|fullstack|frontend|backend|qa|tester|utvecklare|ohjelmisto*|programista|konstrukt*",
    ),
    Rule::of(
        Department::Research,
        "research*|scientist*|r d|forsch*|recherche|chercheur*|investigador*|laborator*|chemist*|physicist*|biolog*",
    ),
    Rule::of(
        Department::Medical,
        "nurse*|nursing|physician*|doctor|medical|clinical|clinic|pharm*|therap*|dentist*|dental|surgeon*|arzt|arztin|medecin|medico|enfermer*|infirmi*|health*|care giver|paramedic*|veterinar*|radiolog*|optometr*",
    ),
    Rule::of(
        Department::Education,
        "teach*|professor*|lecturer*|tutor*|instructor*|lehrer*|dozent*|enseignant*|education*|faculty|dean|academic*|school*|trainer|training|librarian*|curriculum",
    ),
    Rule::of(
        Department::Operations,
        "operation*|logisti*|supply chain|warehouse*|production|manufactur*|plant|coo|betriebs*|produktion*|quality|qualitat*|facilit*|fleet|inventory|shipping|transport*|lager*|maintenance|instandhalt*|process|operativ*|operaciones|drift*|project manage*|program manage*|projektleit*|projektmanag*|chef de projet",
    ),
    Rule::of(
        Department::Administration,
        "office manager|office administrator|secretar*|sekret*|assistant|assistante|assistent*|assistenz|administrative*|administrator|receptionist*|clerk|clerical|verwaltung*|front desk|data entry",
    ),
    Rule::of(
        Department::Executive,
        "ceo|president|managing director|founder*|cofounder*|owner|geschaftsfuhr*|vorstand*|pdg|directeur general|inhaber*|chairman|board*|general manager|gerente general|代表取締役*|社長*|总经理*|董事长*|генеральный директор",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::title::{Seniority, label_tells, title_tells};

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
            ("Systems Administrator", "it"),
            ("Directeur des opérations", "operations"),
            ("Math Teacher", "education"),
            ("Baker", ""),
            ("", ""),
        ] {
            let found = title_tells(title).1.map_or("", Department::as_str);
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
            let (found_rank, found) = label_tells(label);
            assert_eq!(found.map_or("", Department::as_str), department, "{label}");
            assert_eq!(found_rank.map_or("", Seniority::as_str), rank, "{label}");
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
            if let Some(found) = title_tells(title).1 {
                told += 1;
                right += u32::from(allowed.contains(&found));
            }
        }
        println!("{titles} titles, {told} told, {right} right");
        assert!(right * 100 >= told * 70, "{right} of {told}");
        assert!(told * 100 >= titles * 50, "{told} of {titles}");
    }
}

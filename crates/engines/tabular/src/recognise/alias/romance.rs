use super::{Line, Role};

pub(super) const FRENCH: &[Line] = &[
    (Role::FirstName, "prénom|prenoms|prénom contact|prénom du contact"),
    (Role::MiddleName, "deuxième prénom|second prénom|autres prénoms"),
    (Role::NameSuffix, "suffixe"),
    (Role::LastName, "nom de famille|nom contact|nom famille|patronyme"),
    (
        Role::FullName,
        "nom complet|nom et prénom|prénom nom|contact nom|nom prénom|prénom et nom|nom du contact|interlocuteur|dirigeant",
    ),
    (Role::NamePrefix, "civilité|titre de civilité"),
    (
        Role::Company,
        "entreprise|société|nom de l entreprise|raison sociale|nom entreprise|nom de la société|nom société|employeur|organisme|compagnie|etablissement|nom du compte|dénomination|structure",
    ),
    (Role::Domain, "domaine|nom de domaine|domaine entreprise"),
    (
        Role::Website,
        "site web|site internet|site|url du site|page web|site entreprise|adresse web|site de l entreprise",
    ),
    (
        Role::Email,
        "courriel|adresse e mail|adresse email|adresse mail|adresse de messagerie|mél|email professionnel|mail professionnel|e mail professionnel|email pro|mail pro|adresse électronique|adresse courriel",
    ),
    (
        Role::PersonalEmail,
        "email personnel|e mail personnel|mail perso|email perso|adresse email personnelle",
    ),
    (
        Role::Phone,
        "téléphone|numéro de téléphone|tél|n de téléphone|téléphone 1|numéro téléphone|téléphone fixe|no de téléphone|tél fixe|fixe",
    ),
    (
        Role::WorkPhone,
        "téléphone professionnel|téléphone bureau|ligne directe|tél bureau|téléphone direct|tél pro|téléphone travail",
    ),
    (
        Role::MobilePhone,
        "téléphone mobile|portable|téléphone portable|tél mobile|gsm mobile|tél portable|numéro de mobile|numéro portable",
    ),
    (Role::HomePhone, "téléphone domicile|tél domicile"),
    (
        Role::CompanyPhone,
        "standard|téléphone entreprise|téléphone société|téléphone standard|tél société|tél entreprise",
    ),
    (Role::Fax, "télécopie|télécopieur"),
    (
        Role::Title,
        "titre professionnel|fonction|poste|intitulé du poste|titre du poste|titre|métier|intitulé de poste|profession|poste actuel|poste occupé",
    ),
    (Role::Seniority, "niveau hiérarchique|séniorité"),
    (Role::Department, "service|département|direction|pôle"),
    (Role::LinkedinUrl, "profil linkedin|lien linkedin|url linkedin"),
    (Role::CompanyLinkedinUrl, "linkedin entreprise|linkedin société|page linkedin entreprise"),
    (Role::Address, "adresse complète|adresse postale|adresse professionnelle"),
    (Role::Street, "rue|adresse 1|voie|adresse ligne 1|rue bureau|adresse rue|numéro et rue"),
    (Role::City, "ville|commune|localité|ville bureau"),
    (Role::State, "région|département géographique|état|dép région|canton|état province"),
    (Role::PostalCode, "code postal|cp|npa|code postal bureau"),
    (Role::Country, "pays|pays région|code pays"),
    (Role::Location, "localisation|lieu|emplacement"),
    (Role::CompanyStreet, "adresse entreprise|adresse société|adresse du siège"),
    (Role::CompanyCity, "ville entreprise|ville société"),
    (Role::CompanyCountry, "pays entreprise|pays société"),
    (Role::CompanyLocation, "siège|siège social"),
    (
        Role::Industry,
        "secteur|secteur d activité|industrie secteur|activité|domaine d activité|branche d activité",
    ),
    (
        Role::Employees,
        "effectif|effectifs|nombre d employés|nombre de salariés|taille de l entreprise|taille entreprise|salariés|nb salariés|tranche d effectif|nombre employés|nb employés|nombre salariés",
    ),
    (Role::Revenue, "chiffre d affaires|ca|ca annuel|chiffre affaires"),
    (Role::FoundedYear, "année de création|date de création entreprise|année création"),
    (Role::Keywords, "mots clés"),
    (Role::Tags, "étiquettes|catégories|catégorie|listes"),
    (Role::Notes, "remarques|commentaires|commentaire|remarque|observation|descriptif"),
    (Role::LeadStatus, "statut|étape|statut du lead|statut prospect|statut lead"),
    (Role::LeadSource, "origine|provenance|source du lead|origine du lead|source du contact"),
    (
        Role::Owner,
        "propriétaire|commercial|responsable|chargé de compte|assigné à|attribué à|propriétaire du contact|responsable commercial",
    ),
    (
        Role::ExternalId,
        "identifiant|numéro client|n client|code client|id client|no client|id contact|référence client",
    ),
    (
        Role::CreatedAt,
        "connecté le|date de création|créé le|date d ajout|date création|date d inscription|client depuis|date inscription|ajouté le",
    ),
    (
        Role::Consent,
        "désinscrit|désabonné|désabonnement|consentement|rgpd|consentement rgpd|opt in email|newsletter inscription|inscrit newsletter|abonné newsletter|accepte emails|désinscription|ne pas contacter|consentement marketing",
    ),
    (Role::DoNotCall, "ne pas appeler|bloctel"),
];

pub(super) const SPANISH: &[Line] = &[
    (Role::FirstName, "primer nombre|nombre de pila|nombres|nombre contacto"),
    (Role::MiddleName, "segundo nombre"),
    (Role::LastName, "apellido|apellidos|primer apellido|apellido paterno|apellidos contacto"),
    (
        Role::FullName,
        "nombre completo|nombre y apellidos|nombre y apellido|persona de contacto|nombre del contacto|nombre apellidos|nombre de contacto|contacto nombre",
    ),
    (Role::NamePrefix, "tratamiento|saludo"),
    (
        Role::Company,
        "empresa|compañía|nombre de la empresa|nombre empresa|razón social|organización|sociedad|empleador|nombre de empresa|negocio|nombre comercial|nombre del negocio|cliente|institución|nombre de la organización",
    ),
    (Role::Domain, "dominio|dominio web|dominio empresa"),
    (
        Role::Website,
        "sitio web|página web|web empresa|pagina de internet|sitio|web de la empresa|pagina|url web",
    ),
    (
        Role::Email,
        "correo|correo electrónico|dirección de correo|email empresa|correo e|dirección de correo electrónico|email corporativo|correo corporativo|correo profesional|email profesional|dirección de email|correo empresarial|correos",
    ),
    (Role::PersonalEmail, "correo personal|email personal contacto"),
    (
        Role::Phone,
        "teléfono|número de teléfono|teléfonos|tfno|tel contacto|teléfono fijo|número|número telefónico|teléfono de contacto|teléfono 1|telf|tlf contacto|teléfono contacto|fijo",
    ),
    (
        Role::WorkPhone,
        "teléfono trabajo|teléfono oficina|teléfono directo|teléfono del trabajo|teléfono laboral",
    ),
    (
        Role::MobilePhone,
        "móvil|celular|teléfono móvil|número de móvil|número de celular|teléfono celular|número celular|numero movil|número de whatsapp",
    ),
    (Role::OtherPhone, "teléfono 2|otro teléfono|teléfono alternativo"),
    (Role::CompanyPhone, "teléfono empresa|teléfono de la empresa|centralita"),
    (
        Role::Title,
        "cargo|puesto|puesto de trabajo|título profesional|ocupación|título del puesto|cargo puesto|profesión|cargo actual|título de trabajo",
    ),
    (Role::Seniority, "nivel jerárquico|nivel de antigüedad"),
    (Role::Department, "departamento|área"),
    (Role::LinkedinUrl, "perfil linkedin|perfil de linkedin|enlace linkedin"),
    (Role::CompanyLinkedinUrl, "linkedin empresa|linkedin de la empresa"),
    (Role::Address, "dirección|domicilio|dirección completa|dirección postal"),
    (Role::Street, "calle|calle y número|dirección 1|vía"),
    (Role::City, "ciudad|población|localidad|municipio"),
    (
        Role::State,
        "provincia|comunidad autónoma|estado provincia|estado región|región estado|provincia estado|departamento geográfico",
    ),
    (Role::PostalCode, "código postal|c p|cod postal"),
    (Role::Country, "país|pais región|país de residencia"),
    (Role::Location, "ubicación|lugar"),
    (Role::CompanyLocation, "sede|sede central|ubicación de la empresa|sede social"),
    (
        Role::Industry,
        "sector empresa|industria|rubro|actividad|sector de actividad|giro|segmento de mercado|sector económico|giro comercial",
    ),
    (
        Role::Employees,
        "empleados|número de empleados|tamaño de la empresa|tamaño empresa|tamaño|plantilla|nº empleados|cantidad de empleados|no de empleados|n empleados|num empleados|trabajadores|número de trabajadores",
    ),
    (Role::Revenue, "facturación|ingresos|ingresos anuales|ventas anuales|facturación anual"),
    (Role::FoundedYear, "año de fundación|fundación|año fundación|año de constitución"),
    (Role::Keywords, "palabras clave"),
    (Role::Tags, "etiquetas|categorías|categoría|grupos|listas"),
    (Role::Notes, "notas|comentarios|observaciones|mensaje|descripción|comentario|nota|consulta"),
    (
        Role::LeadStatus,
        "estado del lead|estatus|etapa|estado lead|estado del contacto|fase|estado del prospecto",
    ),
    (
        Role::LeadSource,
        "fuente|origen|procedencia|canal|fuente del lead|origen del lead|origen del contacto|medio de contacto",
    ),
    (
        Role::Owner,
        "propietario|responsable cuenta|asignado a|vendedor|comercial asignado|asesor|ejecutivo|propietario del contacto|agente",
    ),
    (
        Role::ExternalId,
        "número de cliente|id cliente|código cliente|código|código de cliente|id contacto|identificador|nº cliente",
    ),
    (
        Role::CreatedAt,
        "fecha de creación|creado el|fecha de alta|fecha creación|fecha de registro|fecha alta|fecha registro|fecha de ingreso",
    ),
    (
        Role::Consent,
        "baja|consentimiento|suscrito|dado de baja|darse de baja|no contactar|boletín|acepta publicidad|suscripción|acepta comunicaciones|cancelado suscripción|acepta marketing|suscrito al boletín",
    ),
    (Role::DoNotCall, "no llamar"),
];

pub(super) const ITALIAN: &[Line] = &[
    (Role::FirstName, "nome di battesimo|nome contatto|nome proprio"),
    (Role::LastName, "cognome|cognome contatto"),
    (
        Role::FullName,
        "nome e cognome|nome cognome|nominativo|referente|persona di contatto|cognome e nome|nome del contatto|cognome nome",
    ),
    (Role::NamePrefix, "titolo di cortesia|appellativo"),
    (
        Role::Company,
        "azienda|ragione sociale|nome azienda|società|ditta|impresa|nome società|organizzazione|datore di lavoro|denominazione|nome dell azienda",
    ),
    (Role::Domain, "dominio azienda|dominio aziendale"),
    (
        Role::Website,
        "sito web|sito|sito internet|pagina web azienda|sito aziendale|sito web azienda",
    ),
    (
        Role::Email,
        "indirizzo e mail|indirizzo email|posta elettronica|email aziendale|e mail aziendale|indirizzo di posta elettronica|mail aziendale|indirizzo mail",
    ),
    (Role::PersonalEmail, "email privata|email personale"),
    (
        Role::Phone,
        "telefono|numero di telefono|recapito telefonico|telefono fisso|numero telefono|tel fisso|n telefono|recapito",
    ),
    (Role::WorkPhone, "telefono ufficio|telefono diretto|telefono lavoro|numero diretto"),
    (
        Role::MobilePhone,
        "cellulare|telefono cellulare|numero di cellulare|cell contatto|telefono mobile|numero cellulare",
    ),
    (Role::CompanyPhone, "telefono azienda|telefono aziendale|centralino"),
    (
        Role::Title,
        "ruolo|qualifica|mansione|posizione lavorativa|posizione|titolo professionale|incarico|ruolo aziendale|professione|carica|titolo di lavoro",
    ),
    (Role::Department, "reparto|dipartimento|ufficio|funzione aziendale"),
    (Role::LinkedinUrl, "profilo linkedin|link linkedin"),
    (Role::Address, "indirizzo|indirizzo completo|recapito postale"),
    (Role::Street, "indirizzo via|via e numero|via indirizzo|indirizzo 1"),
    (Role::City, "città|comune|località"),
    (Role::State, "regione|provincia regione|prov|stato provincia"),
    (Role::PostalCode, "cap|codice postale"),
    (Role::Country, "paese|nazione|stato nazione|stato paese"),
    (Role::Location, "luogo|posizione geografica|ubicazione"),
    (Role::CompanyLocation, "sede azienda|sede legale|sede aziendale"),
    (
        Role::Industry,
        "settore|industria settore|settore di attività|comparto|attività economica|settore merceologico|categoria merceologica",
    ),
    (
        Role::Employees,
        "dipendenti|numero dipendenti|numero di dipendenti|dimensione azienda|n dipendenti|addetti|numero addetti|dimensioni azienda",
    ),
    (Role::Revenue, "fatturato|ricavi|fatturato annuo"),
    (Role::FoundedYear, "anno di fondazione|anno fondazione|anno di costituzione"),
    (Role::Keywords, "parole chiave"),
    (Role::Tags, "etichette|categorie|categoria"),
    (Role::Notes, "commenti|osservazioni|descrizione|messaggio|annotazioni|commento|richiesta"),
    (Role::LeadStatus, "stato lead|fase trattativa|stato contatto|stato del lead"),
    (Role::LeadSource, "fonte|provenienza|fonte lead|origine contatto|canale"),
    (
        Role::Owner,
        "proprietario|assegnato a|venditore|agente commerciale|commerciale|responsabile|proprietario contatto",
    ),
    (Role::ExternalId, "codice cliente|numero cliente|codice|id cliente crm|cod cliente"),
    (
        Role::CreatedAt,
        "data creazione|creato il|data di creazione|data inserimento|data iscrizione|data registrazione|cliente dal",
    ),
    (
        Role::Consent,
        "disiscritto|consenso|consenso privacy|consenso marketing|iscritto newsletter|non contattare|annullata iscrizione|iscrizione newsletter|privacy|disiscrizione",
    ),
    (Role::DoNotCall, "non chiamare"),
];

pub(super) const PORTUGUESE: &[Line] = &[
    (Role::FirstName, "primeiro nome|nome próprio|prenome"),
    (Role::LastName, "sobrenome|apelido|último nome|apelidos"),
    (
        Role::FullName,
        "nome completo|nome do contato|nome do contacto|nome e sobrenome|pessoa de contato|nome contato|contato nome|nome do lead|nome do responsável|nome do cliente",
    ),
    (Role::NamePrefix, "pronome de tratamento|forma de tratamento"),
    (
        Role::Company,
        "nome da empresa|razão social|organização|nome empresa|companhia|empresa nome|nome fantasia|empregador|nome da organização|instituição",
    ),
    (Role::Domain, "domínio|domínio da empresa"),
    (
        Role::Website,
        "site da empresa|página web|sítio|website da empresa|site empresa|endereço do site|página na internet",
    ),
    (
        Role::Email,
        "e mail corporativo|endereço de e mail|email corporativo|correio eletrónico|e mail profissional|endereço de email|email profissional|correio eletrônico|e mail do contato|email do lead",
    ),
    (Role::PersonalEmail, "e mail pessoal|email pessoal"),
    (
        Role::Phone,
        "telefone|número de telefone|fone|telefone 1|contato telefônico|telefone fixo|número do telefone|telefone de contato|telefone contato|nº telefone|telefone principal|tel fixo contato",
    ),
    (
        Role::WorkPhone,
        "telefone comercial|telefone do trabalho|telefone direto|ramal|telefone escritório",
    ),
    (
        Role::MobilePhone,
        "telemóvel|telefone celular|celular whatsapp|número do celular|número de celular contato|telefone móvel|celular contato|whatsapp celular|nº celular|celular 1",
    ),
    (Role::OtherPhone, "telefone 2|outro telefone|celular 2"),
    (Role::CompanyPhone, "telefone da empresa|telefone empresa"),
    (
        Role::Title,
        "cargo na empresa|função|profissão|cargo atual|ocupação|posição|cargo do contato",
    ),
    (Role::Department, "departamento área|setor da empresa|área de atuação na empresa"),
    (Role::LinkedinUrl, "perfil do linkedin|link do linkedin|url do linkedin"),
    (Role::Address, "endereço|morada|endereço completo|logradouro completo"),
    (Role::Street, "rua|logradouro|rua e número|rua número"),
    (Role::City, "cidade|município|localidade cidade"),
    (Role::State, "uf|estado|região|estado uf|distrito|unidade federativa"),
    (Role::PostalCode, "cep|código postal cep"),
    (Role::Country, "país de origem|pais pt"),
    (Role::Location, "localização|local"),
    (Role::CompanyLocation, "sede da empresa|localização da empresa"),
    (
        Role::Industry,
        "setor|segmento|ramo|ramo de atividade|área de atuação|indústria|segmento da empresa|setor de atuação|segmento de atuação|setor de atividade|cnae descrição",
    ),
    (
        Role::Employees,
        "funcionários|número de funcionários|porte|tamanho da empresa|nº de funcionários|quantidade de funcionários|colaboradores|número de colaboradores|número de empregados|qtd funcionários|porte da empresa|nº funcionários",
    ),
    (
        Role::Revenue,
        "faturamento|receita anual|faturação|volume de negócios|receita|faturamento anual|faturamento mensal",
    ),
    (Role::FoundedYear, "ano de fundação|ano de abertura|data de fundação|data de abertura"),
    (Role::Keywords, "palavras chave"),
    (Role::Tags, "etiquetas pt|marcadores|categorias"),
    (
        Role::Notes,
        "observação|observações|mensagem|comentários|anotações|descrição|obs|comentário|anotação|dúvida",
    ),
    (
        Role::LeadStatus,
        "status do lead|situação|etapa do funil|estágio|etapa do lead|fase do funil|estágio no funil|estágio do lead",
    ),
    (
        Role::LeadSource,
        "origem|fonte do lead|canal de origem|origem do lead|origem da última conversão|origem da primeira conversão|como nos conheceu|fonte de origem",
    ),
    (
        Role::Owner,
        "proprietário|vendedor responsável|dono do lead|responsável|responsável pelo lead|consultor|dono|atribuído a|sdr responsável",
    ),
    (
        Role::ExternalId,
        "código do cliente|id mensagem|código cliente pt|id do lead|id do contato|código do lead|id lead|id do cliente",
    ),
    (
        Role::CreatedAt,
        "data de criação|criado em|data de cadastro|data da conversão|data conversão|data cadastro|data conversão e mail|data da primeira conversão|data de registro|data de entrada|cadastrado em|data de inscrição",
    ),
    (
        Role::Consent,
        "descadastrado|consentimento lgpd|aceita receber e mails|cancelou inscrição|lgpd|inscrito na newsletter|aceita e mails|não contatar|opt in e mail|base legal|aceite lgpd|aceita receber comunicações|cancelou assinatura|status para comunicação",
    ),
    (Role::DoNotCall, "não ligar"),
];

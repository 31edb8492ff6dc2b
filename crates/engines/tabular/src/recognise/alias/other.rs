use super::{Line, Role};

/// Polish, Czech, Turkish, Russian, Japanese, Chinese: the columns a list cannot do without.
pub(super) const OTHER: &[Line] = &[
    (
        Role::FirstName,
        "imię|imie|křestní jméno|jméno|ad|isim|имя|名|keresztnév|prenume|name given|名字",
    ),
    (
        Role::LastName,
        "nazwisko|příjmení|soyad|soyadı|фамилия|姓|vezetéknév|nume de familie|priezvisko",
    ),
    (
        Role::FullName,
        "imię i nazwisko|celé jméno|ad soyad|adı soyadı|фио|полное имя|氏名|姓名|名前|お名前|teljes név|jméno a příjmení|担当者名|联系人|контактное лицо",
    ),
    (
        Role::Company,
        "nazwa firmy|přední společnost|společnost|şirket|şirket adı|firma adı|компания|организация|название компании|会社名|会社|公司|公司名称|企業名|cég|cégnév|nazwa|název firmy|companie|empresa ca|spółka|法人名|貴社名|单位",
    ),
    (Role::Domain, "домен|domena|doména|ドメイン|域名"),
    (
        Role::Website,
        "strona www|strona internetowa|webové stránky|web sitesi|сайт|веб сайт|ウェブサイト|网站|网址|weboldal|honlap|url ホームページ|ホームページ",
    ),
    (
        Role::Email,
        "adres e mail|adres email|e posta|eposta|эл почта|электронная почта|почта|メールアドレス|メール|邮箱|电子邮件|电子邮箱|e mail cím|emailová adresa|eメール|имейл",
    ),
    (
        Role::Phone,
        "numer telefonu|telefonní číslo|telefon numarası|телефон|номер телефона|電話番号|電話|电话|电话号码|nr telefonu|telefonszám|cep",
    ),
    (
        Role::MobilePhone,
        "telefon komórkowy|komórka|cep telefonu|мобильный|мобильный телефон|携帯電話|携帯|手机|手机号|mobilní telefon",
    ),
    (
        Role::Title,
        "stanowisko|pracovní pozice|unvan|ünvan|görev|pozisyon|должность|役職|职位|职务|beosztás|pozice|肩書き|funkce",
    ),
    (Role::Department, "dział|oddělení|departman|отдел|部署|部署名|部门"),
    (Role::Street, "ulica|ulice|sokak|cadde|улица"),
    (Role::Address, "adresa|adres polski|adres tam|адрес|住所|地址|所在地"),
    (Role::City, "miasto|miejscowość|město|şehir|il|город|市区町村|城市|市"),
    (Role::State, "województwo|kraj region|ilçe|область|регион|都道府県|省份|省"),
    (Role::PostalCode, "kod pocztowy|psč|posta kodu|индекс|почтовый индекс|郵便番号|邮编"),
    (Role::Country, "kraj|země|stát|ülke|страна|国|国家|国名|ország"),
    (Role::Industry, "branża|odvětví|sektör|отрасль|業種|行业|業界"),
    (
        Role::Employees,
        "liczba pracowników|počet zaměstnanců|çalışan sayısı|количество сотрудников|従業員数|员工数|员工人数",
    ),
    (Role::Revenue, "przychody|obrat|ciro|выручка|売上高|売上"),
    (Role::Notes, "uwagi|notatki|poznámky|poznámka|notlar|примечание|комментарий|備考|备注|メモ"),
    (Role::Consent, "zgoda|zgoda marketingowa|souhlas|onay|согласие|配信停止|rodo"),
];

//! Host names of mail providers, as their own set-up pages tell customers to write into MX records.
//! The page is named behind each group. A suffix is as long as it must be to name mail hosts alone:
//! `ovh.net` and `amazonaws.com` are also names of rented machines.

use super::family::MailFamily::{
    self, Alibaba, Amazon, Barracuda, CiscoIronport, Cloudflare, Fastmail, Forcepoint, Fortimail,
    Forwarder, Gandi, Gmail, Gmx, GoDaddy, GoogleWorkspace, Hey, Hornetsecurity, Hostinger, Icloud,
    Infomaniak, Ionos, MailRu, MailboxOrg, Microsoft365, Migadu, Mimecast, Namecheap, Naver,
    Netease, Outlook, Ovh, Proofpoint, ProtonMail, Rackspace, Retarus, Seznam, Sophos, SpamExperts,
    Strato, Symantec, Tencent, TrendMicro, Tuta, Yahoo, Yandex, Zoho,
};

/// A name, and who runs every mail host at or below it.
pub(super) const SUFFIXES: &[(&str, MailFamily)] = &[
    // Google Workspace Admin Help, "Set up MX records"
    ("aspmx.l.google.com", GoogleWorkspace),
    ("googlemail.com", GoogleWorkspace),
    ("smtp.google.com", GoogleWorkspace),
    ("gmail-smtp-in.l.google.com", Gmail),
    // Microsoft Learn, "External DNS records for Microsoft 365"; for mx.microsoft the Exchange Team
    // Blog, "Implementing Inbound SMTP DANE with DNSSEC for Exchange Online Mail Flow"
    ("mail.protection.outlook.com", Microsoft365),
    ("mx.microsoft", Microsoft365),
    ("mail.protection.office365.us", Microsoft365),
    ("mail.protection.partner.outlook.cn", Microsoft365),
    ("olc.protection.outlook.com", Outlook),
    // The MX records of yahoo.com and aol.com
    ("yahoodns.net", Yahoo),
    // Apple Support, "Set up an existing domain with iCloud Mail"
    ("mail.icloud.com", Icloud),
    // The MX records of gmx.net, gmx.com, web.de and mail.com
    ("gmx.net", Gmx),
    ("gmx.com", Gmx),
    ("web.de", Gmx),
    ("mx00.mail.com", Gmx),
    ("mx01.mail.com", Gmx),
    // Proofpoint Essentials, "Domain MX records"; Proofpoint on Demand by the names it hands out
    ("pphosted.com", Proofpoint),
    ("gpphosted.com", Proofpoint),
    ("ppe-hosted.com", Proofpoint),
    // Mimecast, "Data Centers and URLs: MX records"
    ("mimecast.com", Mimecast),
    ("mimecast.co.za", Mimecast),
    ("mimecast-offshore.com", Mimecast),
    // Barracuda Campus, "Email Gateway Defense: Set up MX records"
    ("barracudanetworks.com", Barracuda),
    ("cudasvc.com", Barracuda),
    // Cisco Secure Email Cloud Gateway, welcome letter
    ("iphmx.com", CiscoIronport),
    // Broadcom TechDocs, "Redirect your MX records"
    ("messagelabs.com", Symantec),
    // Trend Micro Online Help, "Configuring MX records"
    ("tmes.trendmicro.com", TrendMicro),
    ("tmes.trendmicro.eu", TrendMicro),
    ("in.hes.trendmicro.com", TrendMicro),
    ("in.hes.trendmicro.eu", TrendMicro),
    // Sophos Central Admin, "Sophos Gateway: MX records"
    ("hydra.sophos.com", Sophos),
    // Forcepoint Email Security Cloud, "Getting started: MX records"
    ("mailcontrol.com", Forcepoint),
    // Hornetsecurity, "Adjusting the MX records"
    ("hornetsecurity.com", Hornetsecurity),
    ("antispameurope.com", Hornetsecurity),
    // N-able Mail Assure, "Setting the MX records"
    ("antispamcloud.com", SpamExperts),
    ("spamexperts.com", SpamExperts),
    ("spamexperts.eu", SpamExperts),
    ("spamexperts.net", SpamExperts),
    // FortiMail Cloud, "Changing the MX record"
    ("fortimailcloud.com", Fortimail),
    // Retarus Email Security, set-up sheet
    ("retarus.com", Retarus),
    ("retarus.de", Retarus),
    // Zoho Mail Help, "MX records" (one name for each data centre)
    ("mx.zoho.com", Zoho),
    ("mx2.zoho.com", Zoho),
    ("mx3.zoho.com", Zoho),
    ("zoho.eu", Zoho),
    ("zoho.in", Zoho),
    ("zoho.com.au", Zoho),
    ("zoho.jp", Zoho),
    ("zoho.com.cn", Zoho),
    ("zohocloud.ca", Zoho),
    ("zohomail.com", Zoho),
    // OVHcloud Docs, "Adding an MX record"
    ("mail.ovh.net", Ovh),
    ("mail.ovh.ca", Ovh),
    ("mx0.ovh.net", Ovh),
    ("mx1.ovh.net", Ovh),
    ("mx2.ovh.net", Ovh),
    ("mx3.ovh.net", Ovh),
    // IONOS Help, "MX records"; kundenserver.de and perfora.net stand in older zones
    ("ionos.com", Ionos),
    ("ionos.de", Ionos),
    ("ionos.co.uk", Ionos),
    ("ionos.fr", Ionos),
    ("ionos.es", Ionos),
    ("ionos.it", Ionos),
    ("ionos.ca", Ionos),
    ("kundenserver.de", Ionos),
    ("1and1.com", Ionos),
    ("1and1.co.uk", Ionos),
    ("1and1.fr", Ionos),
    ("1and1.es", Ionos),
    ("perfora.net", Ionos),
    // STRATO FAQ, "MX-Record"
    ("rzone.de", Strato),
    // Gandi Docs, "Gandi's MX records"
    ("mail.gandi.net", Gandi),
    // Infomaniak, "MX records of the Mail Service"
    ("infomaniak.ch", Infomaniak),
    ("infomaniak.com", Infomaniak),
    // Hostinger Help Center, "MX records"; Titan Help Center
    ("hostinger.com", Hostinger),
    ("titan.email", Hostinger),
    // GoDaddy Help, "Add my MX records"
    ("smtp.secureserver.net", GoDaddy),
    ("mailstore1.secureserver.net", GoDaddy),
    // Namecheap, "Private Email: MX records"
    ("privateemail.com", Namecheap),
    // Rackspace Docs, "DNS record definitions"
    ("emailsrvr.com", Rackspace),
    // Amazon SES Developer Guide, "Publishing an MX record for email receiving"
    ("inbound-smtp.us-east-1.amazonaws.com", Amazon),
    ("inbound-smtp.us-east-2.amazonaws.com", Amazon),
    ("inbound-smtp.us-west-2.amazonaws.com", Amazon),
    ("inbound-smtp.eu-west-1.amazonaws.com", Amazon),
    ("inbound-smtp.eu-west-2.amazonaws.com", Amazon),
    ("inbound-smtp.eu-central-1.amazonaws.com", Amazon),
    ("inbound-smtp.ca-central-1.amazonaws.com", Amazon),
    ("inbound-smtp.ap-northeast-1.amazonaws.com", Amazon),
    ("inbound-smtp.ap-southeast-1.amazonaws.com", Amazon),
    ("inbound-smtp.ap-southeast-2.amazonaws.com", Amazon),
    // Fastmail Help, "Manual DNS configuration"
    ("messagingengine.com", Fastmail),
    // Proton Support, "Custom domain: MX"
    ("protonmail.ch", ProtonMail),
    // Tuta FAQ, "Custom domain"
    ("tutanota.de", Tuta),
    // HEY Help, "Custom domain: DNS"
    ("app.hey.com", Hey),
    // Migadu Guides, "DNS setup"
    ("migadu.com", Migadu),
    // mailbox.org Knowledge Base, "Using e-mail addresses of your domain"
    ("mailbox.org", MailboxOrg),
    // Yandex 360 Help, "MX record"
    ("mx.yandex.net", Yandex),
    ("mx.yandex.ru", Yandex),
    // VK WorkSpace Help, "MX record"; the MX record of mail.ru
    ("emx.mail.ru", MailRu),
    ("mxs.mail.ru", MailRu),
    // Tencent Exmail Help, "MX records"; the MX records of qq.com
    ("mxbiz1.qq.com", Tencent),
    ("mxbiz2.qq.com", Tencent),
    ("mxdomain.qq.com", Tencent),
    ("mx1.qq.com", Tencent),
    ("mx2.qq.com", Tencent),
    ("mx3.qq.com", Tencent),
    // NetEase Business Mail Help, "MX records"; the MX records of 163.com
    ("mxmail.netease.com", Netease),
    ("qiye163.com", Netease),
    ("mx.ym.163.com", Netease),
    // Alibaba Cloud, "Configure DNS records for Alibaba Mail"
    ("mxhichina.com", Alibaba),
    ("qiye.aliyun.com", Alibaba),
    ("mx.aliyun.com", Alibaba),
    // The MX records of naver.com and seznam.cz
    ("mx1.naver.com", Naver),
    ("mx2.naver.com", Naver),
    ("mx3.naver.com", Naver),
    ("seznam.cz", Seznam),
    // Cloudflare Docs, "Email Routing: DNS records"
    ("mx.cloudflare.net", Cloudflare),
    // ImprovMX Guides; Forward Email FAQ; Namecheap, "Email forwarding"
    ("improvmx.com", Forwarder),
    ("forwardemail.net", Forwarder),
    ("registrar-servers.com", Forwarder),
];

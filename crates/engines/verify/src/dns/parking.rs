//! Domains that are for sale or registered and left: parking services answer for them.

use super::family::longest_suffix;

/// Mail hosts that parking services write into the domains they hold.
const MAIL_HOSTS: &[(&str, &str)] = &[
    ("park-mx.above.com", "Above.com"),  // Above.com, "Domain parking"
    ("parkmail.dynadot.com", "Dynadot"), // Dynadot, "Domain parking"
    ("mx.fakemx.net", "FakeMX"),         // a host that says 421 to everybody
];

/// Name servers that a domain must be pointed to for being parked. Not here, though they stand in
/// lists of parking: `dns-parking.com` is every Hostinger customer's, `registrar-servers.com` every
/// Namecheap customer's, `domaincontrol.com` every GoDaddy customer's.
const NAME_SERVERS: &[(&str, &str)] = &[
    ("sedoparking.com", "Sedo"),        // Sedo Help, "Park your domains"
    ("parkingcrew.net", "ParkingCrew"), // ParkingCrew FAQ
    ("bodis.com", "Bodis"),             // Bodis Help, "Name servers"
    ("parklogic.com", "ParkLogic"),     // ParkLogic, "Getting started"
    ("afternic.com", "Afternic"),       // GoDaddy Help, "Afternic name servers"
    ("cashparking.com", "CashParking"), // GoDaddy Help, "CashParking name servers"
    ("smartname.com", "SmartName"),     // the same house, older zones
    ("dan.com", "Dan.com"),             // Dan.com Help, "Name servers"
    ("undeveloped.com", "Dan.com"),     // its former name
    ("uniregistrymarket.link", "Uniregistry"), // Uniregistry, "Market name servers"
    ("voodoo.com", "Voodoo"),           // Voodoo, "Park domains"
    ("abovedomains.com", "Above.com"),  // Above.com, "Domain parking"
    ("ns.above.com", "Above.com"),
    ("ns1.above.com", "Above.com"),
    ("ns2.above.com", "Above.com"),
];

/// The parking service whose mail host this is.
pub(super) fn mail_host(name: &str) -> Option<&'static str> {
    longest_suffix(name, MAIL_HOSTS)
}

/// The parking service whose name server this is.
pub(super) fn name_server(name: &str) -> Option<&'static str> {
    longest_suffix(name, NAME_SERVERS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parking_services_and_hosts_that_only_sound_like_one() {
        assert_eq!(mail_host("park-mx.above.com"), Some("Above.com"));
        assert_eq!(name_server("ns1.sedoparking.com"), Some("Sedo"));
        assert_eq!(name_server("ns2.bodis.com"), Some("Bodis"));
        for other in ["ns1.dns-parking.com", "dns1.registrar-servers.com", "ns1.jordan.com"] {
            assert_eq!(name_server(other), None, "{other}");
        }
        assert_eq!(mail_host("mail.above.com"), None);
    }
}

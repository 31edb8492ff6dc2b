use captely_verify::NtpServer;

use crate::config::reader::Reader;

/// `[doctor]`: what `captely doctor` asks beyond what the other sections say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoctorSettings {
    /// The time server that the clock is compared with.
    pub ntp_server: Option<NtpServer>,
}

impl DoctorSettings {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        let mut section = reader.section("doctor");
        Self {
            ntp_server: section
                .key("ntp_server", "The time server that the clock is compared with.")
                .optional("none: the dates in mail servers' greetings are believed"),
        }
    }
}

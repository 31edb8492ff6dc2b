use captely_imports::ImportSettings;

use crate::config::reader::Reader;

/// The most that may be allowed: what is larger is no list of people.
const UPLOAD_BYTES_MOST: u64 = 100 * 1024 * 1024 * 1024;

/// `[imports]`: lists that people upload.
pub(super) fn read(reader: &mut Reader<'_>) -> ImportSettings {
    let usual = ImportSettings::default();
    let mut section = reader.section("imports");
    ImportSettings {
        upload_bytes_max: section
            .key("upload_bytes_max", "The largest file that is taken, in bytes.")
            .also(&["UPLOAD_BYTES_MAX"])
            .within(usual.upload_bytes_max, 1..=UPLOAD_BYTES_MOST),
        raw_file_days: section
            .key("raw_file_days", "For how many days the files are kept that people uploaded.")
            .within(usual.raw_file_days, 1..=3_650),
    }
}

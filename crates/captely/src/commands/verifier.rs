//! How the verifier is set up: the settings, and the files that they name.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use captely_platform::data_dir::DataDir;
use captely_verification::CheckSettings;
use captely_verify::{Calibration, EmailVerifier, OwnLists, VerifyConfig};

use crate::config::VerifySettings;
use crate::exit::CliError;

/// No own list and no calibration is longer, in bytes.
const FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Seconds of a day.
const DAY_S: u64 = 24 * 60 * 60;

/// How deep to look, and what is believed of earlier checks.
pub(super) fn checks(settings: &VerifySettings) -> CheckSettings {
    let days = u64::from(settings.remember_days);
    CheckSettings {
        level: settings.level,
        remember: Duration::from_secs(days.saturating_mul(DAY_S)),
        fresh: false,
        at_once: settings.addresses_at_once,
        retry_after_max: None,
    }
}

/// The made-up names of catch-all tests follow from the seed: one data directory has the same for ever,
/// so that a greylist knows them when it is asked again, by whatever process.
pub(super) fn seed(place: &DataDir) -> u64 {
    place.node().as_u64_pair().1
}

/// The verifier of a process that keeps its data in `place`.
pub(super) fn of(settings: &VerifySettings, place: &DataDir) -> Result<EmailVerifier, CliError> {
    let config = config(settings)?;
    EmailVerifier::new(config, seed(place)).map_err(|why| CliError::nothing(why.to_string()))
}

/// What the settings say, with the workspace's own lists and calibration.
pub(super) fn config(settings: &VerifySettings) -> Result<VerifyConfig, CliError> {
    let allow = settings.own_allow_list.as_deref();
    let block = settings.own_block_list.as_deref();
    let own_lists = if allow.is_none() && block.is_none() {
        None
    } else {
        let text = |path: Option<&Path>| path.map_or_else(|| Ok(String::new()), read);
        let lists = OwnLists::parse(&text(allow)?, &text(block)?);
        Some(Arc::new(lists.map_err(|why| {
            CliError::usage(why.to_string()).try_this("verify.own_allow_list and own_block_list")
        })?))
    };
    let calibration = match settings.calibration_file.as_deref() {
        None => None,
        Some(path) => Some(Arc::new(Calibration::parse(&read(path)?).map_err(|why| {
            CliError::usage(format!("{}: {why}", path.display()))
                .try_this("docs/verification/probability.md tells what a line holds")
        })?)),
    };
    Ok(VerifyConfig { own_lists, calibration, ..settings.for_engine() })
}

fn read(path: &Path) -> Result<String, CliError> {
    let refused = |why: String| CliError::usage(format!("{}: {why}", path.display()));
    let size = std::fs::metadata(path).map_err(|why| refused(why.to_string()))?.len();
    if size > FILE_BYTES_MAX {
        return Err(refused("the file is longer than 16 MiB".to_owned()));
    }
    std::fs::read_to_string(path).map_err(|why| refused(why.to_string()))
}

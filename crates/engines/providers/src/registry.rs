use crate::{
    Apollo, Dropcontact, Http, Hunter, Icypeas, Provider, ProviderSettings, SetupError, Sheet,
};

/// The providers' names, in the order in which they are asked by default.
pub const fn names() -> [&'static str; 4] {
    ["icypeas", "dropcontact", "hunter", "apollo"]
}

/// The sheet of a provider with its defaults; `None` where no provider has the name.
pub fn sheet(name: &str) -> Option<Sheet> {
    match name {
        "icypeas" => Some(Icypeas::SHEET),
        "dropcontact" => Some(Dropcontact::SHEET),
        "hunter" => Some(Hunter::SHEET),
        "apollo" => Some(Apollo::SHEET),
        _ => None,
    }
}

/// A client of the named provider. No I/O; the key is checked by [`Provider::check_key`].
pub fn client(
    name: &str,
    http: Http,
    settings: &ProviderSettings,
) -> Result<Box<dyn Provider>, SetupError> {
    match name {
        "icypeas" => Ok(Box::new(Icypeas::new(http, settings)?)),
        "dropcontact" => Ok(Box::new(Dropcontact::new(http, settings)?)),
        "hunter" => Ok(Box::new(Hunter::new(http, settings)?)),
        "apollo" => Ok(Box::new(Apollo::new(http, settings)?)),
        _ => Err(SetupError::UnknownProvider { name: name.to_owned() }),
    }
}

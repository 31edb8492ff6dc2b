//! Background work of this service, one kind a file.

pub(crate) mod verify_again;
pub(crate) mod verify_import;

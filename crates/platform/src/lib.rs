#![doc = include_str!("../README.md")]

pub mod chance;
pub mod clock;
pub mod db;
pub mod ids;

/// What the macros of this crate name; not for hands.
#[doc(hidden)]
pub mod macro_support {
    pub use {serde, sqlx, uuid};
}

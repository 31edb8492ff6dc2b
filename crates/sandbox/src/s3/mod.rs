//! A bucket that speaks the protocol of Amazon S3, on loopback: objects, ranges, lists, uploads of several
//! parts, signatures in headers and in links, and the ways in which such a store fails.
//!
//! Written from Amazon's public "API Reference" (version 2006-03-01): "Signature Calculations", "Using Query
//! Parameters", "Error responses" and the page of each operation. The bucket stands in the path.
//! Start at [`start`].

mod bucket;
mod canonical;
mod fault;
mod multipart;
mod objects;
mod operation;
mod range;
mod refusal;
mod request;
mod response;
mod server;
mod settings;
mod signature;
mod xml;

pub use fault::S3Fault;
pub use operation::S3Operation;
pub use server::{S3Server, start};
pub use settings::S3Settings;

//! Reading, recognising and writing, from outside, on real files and on made ones.

mod bad_input;
mod corpora;
mod gauntlet;
mod headers;
mod json;
mod properties;
mod shared;
mod writing;

//! Reading, recognising and writing, from outside, on real files and on made ones.

#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod corpora;
#[cfg(test)]
mod gauntlet;
#[cfg(test)]
mod headers;
#[cfg(test)]
mod json;
#[cfg(test)]
mod packed;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod shared;
#[cfg(test)]
mod tops;
#[cfg(test)]
mod vcard;
#[cfg(test)]
mod writing;

//! The sandbox's servers as their clients see them.

#[cfg(test)]
mod mail;
#[cfg(test)]
mod payments;
#[cfg(test)]
mod providers;

//! The ledger on both databases.

#[cfg(test)]
mod basics;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod statements;

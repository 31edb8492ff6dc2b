//! The ledger on both databases.

#[cfg(test)]
mod basics;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod history;
#[cfg(test)]
mod jobs;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod mended;
#[cfg(test)]
mod model;
#[cfg(test)]
mod office;
#[cfg(test)]
mod people;
#[cfg(test)]
mod provider_calls;
#[cfg(test)]
mod races;
#[cfg(test)]
mod random;
#[cfg(test)]
mod routes;
#[cfg(test)]
mod routes_admin;
#[cfg(test)]
mod statements;
#[cfg(test)]
mod usage;

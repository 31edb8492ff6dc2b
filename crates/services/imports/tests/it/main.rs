//! Imports into both databases.

#[cfg(test)]
mod apart;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod interrupted;
#[cfg(test)]
mod lists;

//! Imports into both databases.

#[cfg(test)]
mod apart;
#[cfg(test)]
mod at_once;
#[cfg(test)]
mod controlled;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod ended;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod forgotten;
#[cfg(test)]
mod full;
#[cfg(test)]
mod gauntlet;
#[cfg(test)]
mod interrupted;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod leads;
#[cfg(test)]
mod listed;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod local;
#[cfg(test)]
mod mappings;
#[cfg(test)]
mod same;
#[cfg(test)]
mod statements;
#[cfg(test)]
mod tagged;
#[cfg(test)]
mod tried;
#[cfg(test)]
mod undone;
#[cfg(test)]
mod uploads;
#[cfg(test)]
mod verified;
#[cfg(test)]
mod works;

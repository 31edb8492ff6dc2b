//! Contacts in both databases.

#[cfg(test)]
mod cards;
#[cfg(test)]
mod contacts;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod duplicates;
#[cfg(test)]
mod erased;
#[cfg(test)]
mod forgotten;
#[cfg(test)]
mod known;
#[cfg(test)]
mod layers;
#[cfg(test)]
mod merges;
#[cfg(test)]
mod merges_random;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod plans;
#[cfg(test)]
mod policies;
#[cfg(test)]
mod random;
#[cfg(test)]
mod remarked;
#[cfg(test)]
mod undo;
#[cfg(test)]
mod upserts;
#[cfg(test)]
mod witnesses;
#[cfg(test)]
mod world;

//! `captely serve` as somebody meets it who has just started it, on both databases.

mod full_disk;
mod imports_bad;
mod journey;
mod keys;
mod machines;
mod outage;
mod processes;
mod sold_killed;
mod stopping;
mod tables;

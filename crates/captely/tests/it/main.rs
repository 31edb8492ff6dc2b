//! The program as its users meet it: the built binary, run in folders of its own.

#[cfg(test)]
mod access;
#[cfg(test)]
mod api;
#[cfg(test)]
mod bad_files;
#[cfg(test)]
mod bad_lists;
#[cfg(test)]
mod bad_places;
#[cfg(test)]
mod bad_rows;
#[cfg(test)]
mod config;
#[cfg(test)]
mod credits;
#[cfg(test)]
mod doctor;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod duplicates;
#[cfg(test)]
mod enrich;
#[cfg(test)]
mod help;
#[cfg(test)]
mod http;
#[cfg(test)]
mod imports;
#[cfg(test)]
mod imports_bad;
#[cfg(test)]
mod imports_cut;
#[cfg(test)]
mod imports_verified;
#[cfg(test)]
mod interrupted;
#[cfg(test)]
mod job;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod migrate;
#[cfg(test)]
mod program;
#[cfg(test)]
mod providers;
#[cfg(test)]
mod sandbox;
#[cfg(test)]
mod serve;
#[cfg(test)]
mod served;
#[cfg(test)]
mod serving;
#[cfg(test)]
mod truth;
#[cfg(test)]
mod verify;
#[cfg(test)]
mod verify_bad_lists;
#[cfg(test)]
mod verify_killed;
#[cfg(test)]
mod verify_outside;
#[cfg(test)]
mod verify_remembered;

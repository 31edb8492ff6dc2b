//! Lists checked against the sandbox's mail hosts, whose counters say what was really asked, in both
//! databases.

#[cfg(test)]
mod credits;
#[cfg(test)]
mod imports;
#[cfg(test)]
mod outside;
#[cfg(test)]
mod put_off;
#[cfg(test)]
mod remembered;
#[cfg(test)]
mod resumed;
#[cfg(test)]
mod site;

//! The verifier against real servers: Knot and Unbound, Postfix with Postgrey and Dovecot, Exim.
//! `make test-real` starts them and runs this; by itself every test here is skipped, and says so.

#[cfg(test)]
mod dns;
#[cfg(test)]
mod exim;
#[cfg(test)]
mod greylisting;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod mailboxes;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod servers;
#[cfg(test)]
mod tls;

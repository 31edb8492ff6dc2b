//! Billing over HTTP and over time, on both databases.

#[cfg(test)]
mod anything;
#[cfg(test)]
mod app;
#[cfg(test)]
mod changes;
#[cfg(test)]
mod dunning;
#[cfg(test)]
mod held;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod manual;
#[cfg(test)]
mod modes;
#[cfg(test)]
mod off;
#[cfg(test)]
mod purchases;
#[cfg(test)]
mod races;
#[cfg(test)]
mod refunds;
#[cfg(test)]
mod refused;
#[cfg(test)]
mod statements;
#[cfg(test)]
mod stripe;
#[cfg(test)]
mod sweep;
#[cfg(test)]
mod trial;
#[cfg(test)]
mod two_years;

//! Runs over contacts in both databases, against the sandbox's providers, whose ledger says what was
//! really asked and charged.

#[cfg(test)]
mod apart;
#[cfg(test)]
mod budgets;
#[cfg(test)]
mod cache;
#[cfg(test)]
mod credits;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod gate;
#[cfg(test)]
mod halting;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod ledger;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod measured;
#[cfg(test)]
mod monthly;
#[cfg(test)]
mod site;
#[cfg(test)]
mod together;
#[cfg(test)]
mod two_walks;
#[cfg(test)]
mod upgrade;
#[cfg(test)]
mod whole;
#[cfg(test)]
mod world;

//! The verifier against scripted DNS and SMTP peers, and against public test sets.

#[cfg(test)]
mod corpora;
#[cfg(test)]
mod dns;
#[cfg(test)]
mod guesses;
#[cfg(test)]
mod manners;
#[cfg(test)]
mod peer;
#[cfg(test)]
mod phones;
#[cfg(test)]
mod probes;
#[cfg(test)]
mod speed;

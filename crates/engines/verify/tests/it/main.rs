//! The verifier against scripted DNS and SMTP peers, and against public test sets.

#[cfg(test)]
mod audit;
#[cfg(test)]
mod calling;
#[cfg(test)]
mod corpora;
#[cfg(test)]
mod dns;
#[cfg(test)]
mod guesses;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod manners;
#[cfg(test)]
mod peer;
#[cfg(test)]
mod phone_texts;
#[cfg(test)]
mod phones;
#[cfg(test)]
mod probes;
#[cfg(test)]
mod speed;

//! Mail against Debian's Postfix. `make test-real` starts it and runs this; by itself every test here
//! is skipped, and says so.

#[cfg(test)]
mod mail;

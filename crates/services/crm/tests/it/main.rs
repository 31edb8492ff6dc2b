//! Contacts in both databases.

#[cfg(test)]
mod contacts;

//! Contacts in both databases.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up should fail")]

mod contacts;

//! Whole rows through the waterfall, with answers told by the test.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up should fail")]

mod rows;

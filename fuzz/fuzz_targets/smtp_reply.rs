//! One reply of a mail server is read within its bounds, and means something, whatever its bytes.
#![no_main]

use captely_verify::fuzzing::smtp_reply;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| smtp_reply(bytes));

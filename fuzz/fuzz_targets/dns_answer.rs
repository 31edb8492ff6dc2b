//! A DNS message of any bytes says where mail goes, or is refused.
#![no_main]

use captely_verify::fuzzing::dns_answer;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| dns_answer(bytes));

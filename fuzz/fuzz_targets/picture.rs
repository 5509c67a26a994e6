//! A picture of a receipt, any bytes: what is read off it, and the fields in that, or a sentence.
#![no_main]

use libfuzzer_sys::fuzz_target;
use steward::domain::shop::receipt::fields;
use steward::providers::ocr::read;

fuzz_target!(|bytes: &[u8]| {
    match read(bytes) {
        Ok(seen) => drop(fields::read(&seen)),
        Err(e) => assert!(!e.message.is_empty()),
    }
});

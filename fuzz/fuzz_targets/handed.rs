//! A file a stranger hands over in the web chat: its head alone is read, and it is one of four kinds or refused with a sentence.
#![no_main]

use libfuzzer_sys::fuzz_target;
use steward::app::handed::judge;

fuzz_target!(|bytes: &[u8]| {
    match judge(bytes) {
        Ok((_, mime)) => assert!(["image/jpeg", "image/png", "image/webp", "application/pdf"].contains(&mime)),
        Err(e) => assert!(!e.message.is_empty()),
    }
});

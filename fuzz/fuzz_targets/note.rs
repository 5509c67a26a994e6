//! A voice note, any bytes: it is sound of at most so many minutes, or refused with a sentence.
#![no_main]

use libfuzzer_sys::fuzz_target;
use steward::providers::speech::note::{SECONDS_MAX, read};

// A panic inside a library is caught by the reader: only one that is not may end the run.
fuzz_target!(init: drop(std::panic::take_hook()), |bytes: &[u8]| {
    match read(bytes.to_vec()) {
        Ok(note) => assert!(note.seconds <= SECONDS_MAX && !note.kind.is_empty()),
        Err(why) => assert!(!why.sentence().is_empty()),
    }
});

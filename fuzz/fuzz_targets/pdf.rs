//! The reader of this format, and the cutter behind it, on any bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use steward::domain::house::document::Format;
use steward::domain::house::passage::cut;
use steward::providers::reader::read;

// A panic inside a library is caught by the reader: only one that is not may end the run.
fuzz_target!(init: drop(std::panic::take_hook()), |bytes: &[u8]| {
    if let Ok(content) = read(Format::Pdf, bytes) {
        let passages = cut(&content);
        assert!(passages.iter().all(|p| !p.text.is_empty()));
    }
});

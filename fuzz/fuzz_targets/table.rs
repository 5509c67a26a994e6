//! The reader of this format, and the cutter behind it, on any bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use steward::domain::house::document::Format;
use steward::domain::house::passage::cut;
use steward::providers::reader::read;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(content) = read(Format::Csv, bytes) {
        let passages = cut(&content);
        assert!(passages.iter().all(|p| !p.text.is_empty()));
    }
});

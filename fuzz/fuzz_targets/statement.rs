//! The reader of bank statements, and the search for our references in what banks write, on any bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use steward::domain::money::Currency;
use steward::domain::shop::statement::find::{names, references};
use steward::domain::shop::statement::read::read;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(sheet) = read(bytes, Currency::NGN) {
        for line in &sheet.lines {
            assert!(line.amount_minor > 0 && line.number > 0 && line.fingerprint.len() == 64);
            let _ = (references(&line.narration), names(&line.payer, &line.narration));
        }
        assert!(sheet.refused.iter().all(|r| !r.why.is_empty()));
    }
});

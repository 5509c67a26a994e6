//! The reader of letters, and the files it takes out of them, on any bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use steward::channels::email::parse::{part, read};

fuzz_target!(|bytes: &[u8]| {
    for whole in [true, false] {
        let Some(letter) = read(bytes, whole) else { continue };
        assert!(!letter.from.is_empty() && !letter.subject.contains(['\r', '\n']));
        assert!(letter.text.chars().count() <= 20_000 && letter.files.len() <= 10);
        for file in &letter.files {
            assert!(part(bytes, file.part).is_some());
        }
    }
});

//! The fuzz seeds, changed at random, on a stable compiler: nothing that is read may crash the reader. `cargo fuzz` looks
//! further (see ARCHITECTURE.md); this runs with every test.

use super::read;
use crate::domain::house::document::Format;
use crate::domain::house::passage::cut;
use std::time::{Duration, Instant};

const SEEDS: [(Format, &[u8]); 5] = [
    (Format::Docx, include_bytes!("../../../fuzz/seeds/docx/small.docx")),
    (Format::Html, include_bytes!("../../../fuzz/seeds/html/small.html")),
    (Format::Markdown, include_bytes!("../../../fuzz/seeds/markdown/small.md")),
    (Format::Csv, include_bytes!("../../../fuzz/seeds/table/small.csv")),
    (Format::Pdf, include_bytes!("../../../fuzz/seeds/pdf/small.pdf")),
];

/// Xorshift (Marsaglia 2003): the same numbers on every machine.
struct Dice(u64);
impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(n.max(1)).unwrap()).unwrap()
    }
}

/// Words that readers look at closely.
const WORDS: [&[u8]; 12] = [
    b"<",
    b"</w:p>",
    b"<table><tr><td>",
    b"|",
    b"\n# ",
    b"\"",
    b"/Encrypt",
    b"endstream",
    b"99999999999",
    b"\xff\xfe",
    b"&#x110000;",
    b"\0",
];

fn changed(seed: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=dice.below(6) {
        let at = dice.below(bytes.len());
        match dice.below(6) {
            0 => bytes.truncate(at),
            1 => bytes.extend_from_within(at..),
            2 => drop(bytes.drain(at..(at + dice.below(40)).min(bytes.len()))),
            3 => drop(bytes.splice(at..at, WORDS[dice.below(WORDS.len())].iter().copied())),
            _ => {
                if let Some(b) = bytes.get_mut(at) {
                    *b = u8::try_from(dice.below(256)).unwrap();
                }
            }
        }
    }
    bytes
}

fn reads(format: Format, bytes: &[u8]) {
    if let Ok(content) = read(format, bytes) {
        assert!(cut(&content).iter().all(|p| !p.text.is_empty()), "{format:?}: {bytes:?}");
    }
}

#[test]
fn changed_files_never_crash_a_reader() {
    for (format, seed) in SEEDS {
        assert!(read(format, seed).is_ok(), "{format:?}: the seed itself is read");
        let mut dice = Dice(0x5eed);
        let rounds = if format == Format::Pdf { 60 } else { 400 };
        (0..rounds).for_each(|_| reads(format, &changed(seed, &mut dice)));
    }
}

/// `cargo test --release --lib a_minute_each -- --ignored`
#[test]
#[ignore = "five minutes"]
fn a_minute_each() {
    for (format, seed) in SEEDS {
        let (began, mut dice) = (Instant::now(), Dice(0xfeed));
        while began.elapsed() < Duration::from_secs(60) {
            reads(format, &changed(seed, &mut dice));
        }
    }
}

//! What a model answers about a receipt, any bytes: read, compared with a receipt, and never a reason to think better of it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use steward::domain::shop::receipt::claim::{joined, parse};
use steward::domain::shop::receipt::{Seen, fields};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    if let Some(claim) = parse(&text) {
        let own = fields::read(&Seen::of_text("Amount  NGN 45,750.00\nDate  21 Nov 2026, 14:07\nTransaction ref  FT26325K9QX71"));
        let (fields, reasons) = joined(own.clone(), &claim);
        assert!(fields.amount_minor == own.amount_minor && fields.day == own.day);
        assert!(reasons.iter().all(|r| r.weight > 0 && !r.words.is_empty()));
    }
});

//! What people write that code reads: receipts as text, times, needs, quotes, the owner's commands, lists of customers and vendors.
#![no_main]

use libfuzzer_sys::fuzz_target;
use steward::domain::buying::quote::Context;
use steward::domain::buying::{need, quote, vendor_csv};
use steward::domain::house::{command, contact_csv};
use steward::domain::money::Currency;
use steward::domain::reception::when;
use steward::domain::shop::receipt::{Seen, fields};
use steward::domain::time::Time;

fuzz_target!(|bytes: &[u8]| {
    let (now, zone, currency) = (Time::from_secs(1_795_000_000), "Africa/Lagos", Currency::NGN);
    let text = String::from_utf8_lossy(bytes);
    let _ = fields::read(&Seen::of_text(&text));
    let _ = when::read(&text, &[]);
    let _ = command::read(&text);
    if let Ok(need) = need::read(&text, need::Here { now, zone, currency, day_first: true }) {
        assert!(!need.items.is_empty() && need.items.len() <= need::MOST_ITEMS);
        let _ = quote::read(&text, &Context { items: &need.items, currency, asked: None, now, zone });
    }
    if let Ok(sheet) = contact_csv::read(bytes, "NG") {
        assert!(sheet.errors.iter().all(|e| !e.message.is_empty()));
    }
    if let Ok(sheet) = vendor_csv::read(bytes, "NG", "vendors.csv", now) {
        assert!(sheet.errors.iter().all(|e| !e.message.is_empty()));
    }
});

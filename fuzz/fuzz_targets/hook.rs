//! What providers post to us, any bytes: each reader of webhooks reads them or says what is wrong.
#![no_main]

use libfuzzer_sys::fuzz_target;
use steward::channels::{meta, page, twilio, vonage};
use steward::domain::shop::gateway::Gateway;
use steward::domain::time::Time;
use steward::providers::{calling, gateway};

fuzz_target!(|bytes: &[u8]| {
    let now = Time::from_secs(1_795_000_000);
    let _ = meta::parse::parse(bytes);
    for callback in [None, Some("AQ")] {
        let _ = twilio::parse::parse(bytes, callback, now);
    }
    let _ = if vonage::parse::is_status(bytes) { vonage::parse::status(bytes, now) } else { vonage::parse::inbound(bytes, now) };
    if let Some(carrier) = page::parse::carrier(bytes) {
        let _ = page::parse::parse(carrier, bytes, now);
    }
    for one in [Gateway::Paystack, Gateway::Flutterwave, Gateway::Stripe] {
        let _ = gateway::read(one, bytes);
    }
    let _ = calling::news::read(bytes);
});

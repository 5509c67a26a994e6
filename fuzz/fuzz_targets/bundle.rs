//! A zip with a price list and its pictures, any bytes: never more comes out than may.
#![no_main]

use libfuzzer_sys::fuzz_target;
use steward::domain::house::catalogue_csv::read;
use steward::domain::money::Currency;
use steward::providers::reader::bundle::Bundle;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(mut bundle) = Bundle::open(bytes.to_vec()) {
        if let Ok(list) = bundle.list() {
            let _ = read(&list, Currency::NGN);
        }
        if let Ok(picture) = bundle.picture("a.jpg", 1 << 20) {
            assert!(picture.len() <= 1 << 20);
        }
    }
});

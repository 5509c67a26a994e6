//! The signature of Vonage's older SMS API: a parameter `sig` over all the others, sorted. The account's settings choose the method;
//! its length tells which. MD5 is not accepted: it can be forged.

use crate::domain::secret::Secret;
use crate::domain::time::Time;
use ring::hmac;
use serde_json::Value;
use std::collections::BTreeMap;

/// How old or new a signed webhook may be, in milliseconds.
const FRESH_MS: i64 = 300_000;

/// The parameters of a webhook of the older API, from its query, form or JSON body.
pub fn parameters(query: &str, is_form: bool, body: &[u8]) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, String> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    if is_form {
        all.extend(url::form_urlencoded::parse(body).into_owned());
    } else if let Ok(Value::Object(fields)) = serde_json::from_slice::<Value>(body) {
        all.extend(fields.into_iter().filter_map(|(k, v)| match v {
            Value::String(s) => Some((k, s)),
            Value::Number(n) => Some((k, n.to_string())),
            Value::Bool(b) => Some((k, b.to_string())),
            _ => None,
        }));
    }
    all
}

/// Whether the parameters carry the signature of this secret, made a moment ago.
pub fn verify(secret: &Secret, parameters: &BTreeMap<String, String>, now: Time) -> bool {
    let fresh = parameters.get("timestamp").and_then(|t| t.parse::<i64>().ok());
    let fresh = fresh.is_some_and(|secs| (now.millis() - secs.saturating_mul(1_000)).abs() <= FRESH_MS);
    fresh && fits(secret, parameters)
}

fn fits(secret: &Secret, parameters: &BTreeMap<String, String>) -> bool {
    let Some(tag) = parameters.get("sig").and_then(|s| hex::decode(s.to_ascii_lowercase()).ok()) else { return false };
    let method = match tag.len() {
        20 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        32 => hmac::HMAC_SHA256,
        64 => hmac::HMAC_SHA512,
        _ => return false,
    };
    if secret.is_empty() {
        return false;
    }
    let mut text = String::new();
    for (name, value) in parameters.iter().filter(|(name, _)| *name != "sig") {
        text.push_str(&format!("&{name}={}", value.replace(['&', '='], "_")));
    }
    hmac::verify(&hmac::Key::new(method, secret.reveal().as_bytes()), text.as_bytes(), &tag).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    /// Vonage's own vectors, and one whose text holds the signs that are replaced.
    #[test]
    fn accepts_vonages_vectors() {
        let secret = Secret::new("abcde");
        let base = [("a", "alphabet"), ("b", "bananas"), ("timestamp", "2100")];
        let now = Time::from_millis(2_100_000);
        for sig in [
            "b7f749de27b4adcf736cc95c9a7e059a16c85127",
            "8d1b0428276b6a070578225914c3502cc0687a454dfbbbb370c76a14234cb546",
            "1c834a1f6a377d4473971387b065cb38e2ad6c4869ba77b7b53e207a344e87ba04b456dfc697b371a2d1ce476d01dafd4394aa97525eff23badad39d2389a710",
        ] {
            let mut all = of(&base);
            all.insert("sig".into(), sig.into());
            assert!(verify(&secret, &all, now), "{sig}");
            assert!(!verify(&secret, &all, now.plus_ms(400_000)), "too old");
            assert!(!verify(&Secret::new("other"), &all, now));
            all.insert("b".into(), "cherries".into());
            assert!(!verify(&secret, &all, now));
        }
        let mut md5 = of(&base);
        md5.insert("sig".into(), "7d43241108912b32cc315b48ce681acf".into());
        assert!(!verify(&secret, &md5, now));
        let inbound = "msisdn=447700900001&to=447700900000&messageId=0A0000000123ABCD1&text=a%3Db%26c&type=text&keyword=A&message-timestamp=2020-01-01+12%3A00%3A00&timestamp=1577880000&nonce=xyz&sig=B4690047FB37CDA67B95DCFFC58F5AF6D38019A381C975E9006D6737DBCCB207";
        let now = Time::from_secs(1_577_880_000);
        assert!(verify(&secret, &parameters(inbound, false, b""), now));
        assert!(verify(&secret, &parameters("", true, inbound.as_bytes()), now));
    }
}

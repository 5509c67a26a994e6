//! Signatures of gateways over the bytes as received, compared in constant time. An empty secret accepts nothing.

use crate::domain::secret::Secret;
use base64::Engine;
use ring::hmac;

/// How old a signature of Stripe's may be, in seconds; what its own libraries allow.
const STRIPE_AGE_S: i64 = 300;

fn key(algorithm: hmac::Algorithm, secret: &Secret) -> hmac::Key {
    hmac::Key::new(algorithm, secret.reveal().as_bytes())
}

/// Whether `given` is the hex HMAC-SHA512 of the body (Paystack).
pub fn sha512_hex(secret: &Secret, body: &[u8], given: &str) -> bool {
    let Ok(tag) = hex::decode(given.trim()) else { return false };
    !secret.is_empty() && hmac::verify(&key(hmac::HMAC_SHA512, secret), body, &tag).is_ok()
}

/// Whether `given` is the base64 HMAC-SHA256 of the body (Flutterwave's newer header).
pub fn sha256_base64(secret: &Secret, body: &[u8], given: &str) -> bool {
    let Ok(tag) = base64::engine::general_purpose::STANDARD.decode(given.trim()) else { return false };
    !secret.is_empty() && hmac::verify(&key(hmac::HMAC_SHA256, secret), body, &tag).is_ok()
}

/// Whether two secrets are the same (Flutterwave's older header holds the secret itself).
pub fn same(secret: &Secret, given: &str) -> bool {
    let k = key(hmac::HMAC_SHA256, secret);
    !secret.is_empty() && hmac::verify(&k, given.as_bytes(), hmac::sign(&k, secret.reveal().as_bytes()).as_ref()).is_ok()
}

/// Whether one `v1` of `t=…,v1=…[,v1=…]` is the hex HMAC-SHA256 of "t.body" and t is not older than five minutes (Stripe).
pub fn stripe(secret: &Secret, body: &[u8], header: &str, now_s: i64) -> bool {
    let parts = || header.split(',').filter_map(|p| p.trim().split_once('='));
    let Some(t) = parts().find(|(k, _)| *k == "t").map(|(_, v)| v) else { return false };
    let Ok(at) = t.parse::<i64>() else { return false };
    if secret.is_empty() || now_s.saturating_sub(at) > STRIPE_AGE_S {
        return false;
    }
    let signed = [t.as_bytes(), b".", body].concat();
    let k = key(hmac::HMAC_SHA256, secret);
    let fits = |v: &str| hex::decode(v).is_ok_and(|tag| hmac::verify(&k, &signed, &tag).is_ok());
    parts().any(|(name, v)| name == "v1" && fits(v))
}

#[cfg(test)]
mod tests {
    use super::*;

    // Vectors made with other implementations of the protocols.
    const PAYSTACK: &str = r#"{"event":"charge.success","data":{"id":302961,"domain":"test","status":"success","reference":"ord_1-ref","amount":1000000,"currency":"NGN"}}"#;
    const PAYSTACK_SIGNED: &str =
        "f05bc4a3b7cd55ea5f16619447b1a782b9dc2dc7a690f0aa6a316ad32796a76be11821dad4a412dff15133d6e0e1e493becd38a55f6095472827d74f784a7690";
    const FLUTTERWAVE: &str = r#"{"event":"charge.completed","data":{"id":285959875,"tx_ref":"ord_1-ref","amount":10000,"currency":"NGN","status":"successful"}}"#;
    const STRIPE: &str = r#"{"id":"evt_1","object":"event","api_version":"2026-10-28.endive","created":1760000000,"type":"checkout.session.completed","data":{"object":{"id":"cs_1","object":"checkout.session","client_reference_id":"ord_1","payment_status":"paid","amount_total":4500,"currency":"usd","metadata":{"order_id":"ord_1"}}},"livemode":false,"pending_webhooks":1,"request":{"id":null,"idempotency_key":null}}"#;
    const STRIPE_SIGNED: &str = "t=1760000000,v1=06434475ada19386ff493fc763295c778448763ec9b01964c9438062c1f011c1";

    #[test]
    fn paystack_signs_with_its_key() {
        let key = Secret::new("sk_test_0123456789");
        assert!(sha512_hex(&key, PAYSTACK.as_bytes(), PAYSTACK_SIGNED));
        assert!(!sha512_hex(&key, PAYSTACK.replace("NGN", "USD").as_bytes(), PAYSTACK_SIGNED));
        assert!(!sha512_hex(&Secret::new("sk_test_other"), PAYSTACK.as_bytes(), PAYSTACK_SIGNED));
        for bad in ["", "zz", &PAYSTACK_SIGNED[..64]] {
            assert!(!sha512_hex(&key, PAYSTACK.as_bytes(), bad));
        }
    }

    #[test]
    fn flutterwave_has_two_headers() {
        let hash = Secret::new("flw_secret_hash");
        assert!(same(&hash, "flw_secret_hash") && !same(&hash, "flw_secret_hasH") && !same(&Secret::default(), ""));
        assert!(sha256_base64(&hash, FLUTTERWAVE.as_bytes(), "pYqO3sYfrgdnKtl41wPgH6tz3/RMDOajnfzrJaCMLdY="));
        assert!(!sha256_base64(&hash, b"{}", "pYqO3sYfrgdnKtl41wPgH6tz3/RMDOajnfzrJaCMLdY="));
    }

    #[test]
    fn stripe_signs_the_time_too() {
        let secret = Secret::new("whsec_test_secret_1234567890");
        let at = |now| stripe(&secret, STRIPE.as_bytes(), STRIPE_SIGNED, now);
        assert!(at(1_760_000_000) && at(1_760_000_300) && at(1_759_999_990));
        assert!(!at(1_760_000_301), "too old");
        let several = "t=1760000000,v1=deadbeef,v1=06434475ada19386ff493fc763295c778448763ec9b01964c9438062c1f011c1,v0=ignored";
        assert!(stripe(&secret, STRIPE.as_bytes(), several, 1_760_000_000));
        assert!(!stripe(&secret, STRIPE.as_bytes(), &STRIPE_SIGNED.replace("v1", "v0"), 1_760_000_000));
        assert!(!stripe(&secret, STRIPE.as_bytes(), &STRIPE_SIGNED.replace("t=1760000000", "t=1760000001"), 1_760_000_001));
        assert!(!stripe(&Secret::default(), STRIPE.as_bytes(), STRIPE_SIGNED, 1_760_000_000));
    }
}

//! Saying who sends: a signed word in each request (RFC 8292), by a key this server made for itself.

use crate::domain::error::{Error, Result};
use crate::domain::id::randomness;
use crate::domain::time::{HOUR_MS, Time};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Map, Value, json};

/// How long a signed word counts; a day is the most that services take.
const COUNTS_MS: i64 = 12 * HOUR_MS;

/// Signs for this server.
pub struct Signer(EcdsaKeyPair);

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer(***)")
    }
}

impl Signer {
    /// A new key pair (PKCS #8).
    pub fn make() -> Result<Vec<u8>> {
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &randomness());
        made.map(|d| d.as_ref().to_vec()).map_err(|_| Error::internal("The key for nudges could not be made."))
    }
    /// Signs with a key pair that was made.
    pub fn open(pkcs8: &[u8]) -> Result<Self> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, &randomness());
        pair.map(Self).map_err(|_| Error::internal("The key for nudges cannot be used."))
    }
    /// What browsers are given, so that nobody else can tell their owner anything.
    pub fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.public_key().as_ref())
    }
    /// The `Authorization` of a request to a service at this origin. `contact`: where its people find us.
    pub fn authorization(&self, origin: &str, contact: Option<&str>, now: Time) -> Result<String> {
        let mut claims = Map::new();
        claims.insert("aud".into(), json!(origin));
        claims.insert("exp".into(), json!(now.plus_ms(COUNTS_MS).millis() / 1_000));
        if let Some(contact) = contact {
            claims.insert("sub".into(), json!(contact));
        }
        let word = |v: &Value| URL_SAFE_NO_PAD.encode(v.to_string());
        let signed = format!("{}.{}", word(&json!({ "typ": "JWT", "alg": "ES256" })), word(&Value::Object(claims)));
        let signature = self.0.sign(&randomness(), signed.as_bytes()).map_err(|_| Error::internal("A nudge could not be signed."))?;
        Ok(format!("vapid t={signed}.{}, k={}", URL_SAFE_NO_PAD.encode(signature.as_ref()), self.public()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    #[test]
    fn a_word_can_be_proved_with_the_public_key_alone() {
        let s = Signer::open(&Signer::make().unwrap()).unwrap();
        let now = Time::parse("2026-11-21T11:00:00Z").unwrap();
        let header = s.authorization("https://push.example", Some("https://steward.example"), now).unwrap();
        let (token, key) = header.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        assert_eq!(key, s.public());
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let raw = |t: &str| URL_SAFE_NO_PAD.decode(t).unwrap();
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, raw(key)).verify(signed.as_bytes(), &raw(signature)).unwrap();
        let claims: Value = serde_json::from_slice(&raw(signed.split_once('.').unwrap().1)).unwrap();
        assert_eq!((claims["aud"].as_str(), claims["sub"].as_str()), (Some("https://push.example"), Some("https://steward.example")));
        assert_eq!(claims["exp"], now.plus_ms(COUNTS_MS).millis() / 1_000);
    }
}

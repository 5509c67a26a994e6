//! Vonage's two kinds of token: it signs webhooks with a shared secret (HS256, bound to the body), we sign requests with the
//! application's private key (RS256).

use crate::channels::signature::sha256_hex;
use crate::domain::error::{Error, Result};
use crate::domain::id::{randomness, token};
use crate::domain::secret::Secret;
use crate::domain::time::Time;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::hmac;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde::Deserialize;
use serde_json::json;

/// How old or new a webhook's token may be, in seconds.
const FRESH_SECS: i64 = 300;
/// How long a token of ours counts, in seconds; that of Vonage's own SDK.
const OURS_SECS: i64 = 900;

/// What a webhook's token says once its signature fits.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Claims {
    /// When it was made, in seconds since 1970.
    pub iat: i64,
    /// The account's key.
    #[serde(default)]
    pub api_key: String,
    /// The application's id.
    #[serde(default)]
    pub application_id: String,
    /// SHA-256 of the body in hex.
    #[serde(default)]
    payload_hash: String,
}

/// What a token claims before anybody knows whether it is true: to choose the secret to try first.
pub fn claimed(authorization: &str) -> Option<Claims> {
    let (_, payload, _) = parts(authorization)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

/// Reads `Authorization: Bearer …` of a webhook. None when the signature, the algorithm, the body or the time does not fit.
pub fn verify(secret: &Secret, authorization: &str, body: &[u8], now: Time) -> Option<Claims> {
    #[derive(Deserialize)]
    struct Header {
        alg: String,
    }
    let (header, payload, signature) = parts(authorization)?;
    let head: Header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    let tag = URL_SAFE_NO_PAD.decode(signature).ok()?;
    if head.alg != "HS256" || secret.is_empty() {
        return None;
    }
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.reveal().as_bytes());
    hmac::verify(&key, format!("{header}.{payload}").as_bytes(), &tag).ok()?;
    let claims = claimed(authorization)?;
    let age = now.millis() / 1_000 - claims.iat;
    let bound = claims.payload_hash.eq_ignore_ascii_case(&sha256_hex(body));
    (bound && age.abs() <= FRESH_SECS).then_some(claims)
}

fn parts(authorization: &str) -> Option<(&str, &str, &str)> {
    let token = authorization.trim().strip_prefix("Bearer ").or_else(|| authorization.trim().strip_prefix("bearer "))?;
    let (header, rest) = token.trim().split_once('.')?;
    let (payload, signature) = rest.split_once('.')?;
    (!signature.contains('.')).then_some((header, payload, signature))
}

/// The header a webhook carries, for tests and doubles.
pub fn sign(secret: &Secret, api_key: &str, body: &[u8], now: Time) -> String {
    let claims =
        json!({ "iat": now.millis() / 1_000, "jti": token(12), "iss": "Vonage", "payload_hash": sha256_hex(body), "api_key": api_key });
    let signed = signed_part("HS256", &claims);
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.reveal().as_bytes());
    format!("Bearer {signed}.{}", URL_SAFE_NO_PAD.encode(hmac::sign(&key, signed.as_bytes())))
}

fn signed_part(alg: &str, claims: &serde_json::Value) -> String {
    let header = json!({ "alg": alg, "typ": "JWT" });
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()))
}

/// An application's private key, ready to sign.
pub struct PrivateKey(RsaKeyPair);

impl PrivateKey {
    /// Reads PEM as Vonage's dashboard downloads it: PKCS #8, or the older PKCS #1. Line breaks may be written as `\n`, as some
    /// shells keep them.
    pub fn read(pem: &Secret) -> Result<Self> {
        let bad = || Error::field("private_key", "This is not a private key: paste the whole file, from BEGIN to END PRIVATE KEY.");
        let text = pem.reveal().replace("\\n", "\n");
        let inner: String = text.lines().map(str::trim).filter(|l| !l.starts_with("-----") && !l.is_empty()).collect();
        let der = STANDARD.decode(inner).map_err(|_| bad())?;
        let pair = if text.contains("RSA PRIVATE KEY") { RsaKeyPair::from_der(&der) } else { RsaKeyPair::from_pkcs8(&der) };
        pair.map(Self).map_err(|_| bad())
    }

    /// A token for one request.
    pub fn token(&self, application_id: &str, now: Time) -> Result<Secret> {
        let iat = now.millis() / 1_000;
        let claims = json!({ "application_id": application_id, "iat": iat, "jti": token(16), "exp": iat + OURS_SECS });
        let signed = signed_part("RS256", &claims);
        let random = randomness();
        let mut tag = vec![0; self.0.public().modulus_len()];
        let failed = |_| Error::internal("A token for Vonage could not be signed.");
        self.0.sign(&RSA_PKCS1_SHA256, &random, signed.as_bytes(), &mut tag).map_err(failed)?;
        Ok(Secret::new(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag))))
    }
}

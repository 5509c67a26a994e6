//! Proof that a webhook came from who it says: HMAC-SHA256 over the bytes as received, compared in constant time.

use crate::domain::secret::Secret;
use ring::{digest, hmac};

/// Whether `header` (`sha256=<hex>`, Meta's `X-Hub-Signature-256`) is the signature of `body` under `secret`. The body must be the
/// bytes received, never a re-serialised copy: Meta escapes letters its own way. An empty secret accepts nothing.
pub fn verify(secret: &Secret, body: &[u8], header: &str) -> bool {
    let Some(hex_text) = header.trim().strip_prefix("sha256=") else { return false };
    let mut tag = [0u8; 32];
    if secret.is_empty() || hex::decode_to_slice(hex_text, &mut tag).is_err() {
        return false;
    }
    hmac::verify(&key(secret), body, &tag).is_ok()
}

/// The header value that [`verify`] accepts; for the simulator and tests.
pub fn sign(secret: &Secret, body: &[u8]) -> String {
    format!("sha256={}", hmac_hex(secret, body))
}

/// Lower-case hex HMAC-SHA256 of `message` under `secret`: what Meta calls `appsecret_proof` when the message is the access token.
pub fn hmac_hex(secret: &Secret, message: &[u8]) -> String {
    hex::encode(hmac::sign(&key(secret), message))
}

/// Lower-case hex SHA-256 of `bytes`.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(digest::digest(&digest::SHA256, bytes))
}

/// Whether two secret texts are equal, in a time that does not tell where they differ.
pub fn same(expected: &Secret, given: &str) -> bool {
    let key = key(expected);
    !expected.is_empty() && hmac::verify(&key, given.as_bytes(), hmac::sign(&key, expected.reveal().as_bytes()).as_ref()).is_ok()
}

fn key(secret: &Secret) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, secret.reveal().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ESCAPED: &str = r#"{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},"contacts":[{"profile":{"name":"Ad\u00e9"},"wa_id":"2348012345678","user_id":"NG.13491208655302741918"}],"messages":[{"from":"2348012345678","id":"wamid.TEST1","timestamp":"1749416383","type":"text","text":{"body":"I want 2 crates \u20a65,000"}}]},"field":"messages"}]}]}"#;

    fn secret() -> Secret {
        Secret::new("test_app_secret_0123456789abcdef")
    }

    /// Vectors made with another implementation of the protocol: escaped and plain letters are different bytes.
    #[test]
    fn accepts_the_known_vectors_and_nothing_else() {
        let plain = ESCAPED.replace("\\u00e9", "é").replace("\\u20a6", "₦");
        let of_escaped = "sha256=4459cada9e7fc0ff578885f6f25df770048dde59efde4e6a215d9869b1a7a7b1";
        let of_plain = "sha256=785d696cd95a93f12018abdef9b9a658198deeb589d555a1f3cc93775dd9f9f4";
        assert_eq!(sha256_hex(ESCAPED.as_bytes()), "6b28be4bc13d4f2ed27a7369dc2d0d39e16bece6dfc9538b411f6d0ca4f80e82");
        assert_eq!(sha256_hex(plain.as_bytes()), "4c9d10bf0e877b61500522ff18a889ce9fffb652f358cb85dad41b5142a56427");
        assert!(verify(&secret(), ESCAPED.as_bytes(), of_escaped));
        assert!(verify(&secret(), plain.as_bytes(), of_plain));
        assert!(!verify(&secret(), ESCAPED.as_bytes(), of_plain));
        assert_eq!(sign(&secret(), plain.as_bytes()), of_plain);
    }

    #[test]
    fn refuses_what_is_not_a_signature() {
        let good = sign(&secret(), b"x");
        for bad in ["", "sha256=", "sha1=00", &good[..good.len() - 2], &good.replace("sha256", "md5"), "sha256=zz"] {
            assert!(!verify(&secret(), b"x", bad), "{bad}");
        }
        assert!(!verify(&Secret::default(), b"x", &sign(&Secret::default(), b"x")));
    }

    #[test]
    fn proves_the_app_secret_as_the_official_client_does() {
        let proof = hmac_hex(&Secret::new("appsecret"), b"token");
        assert_eq!(proof, "3beefbd785800f442c4b86c52b7711fb28156279a8e8db5e4f34436a3207fd19");
        assert!(same(&Secret::new("a"), "a") && !same(&Secret::new("a"), "b") && !same(&Secret::default(), ""));
    }
}

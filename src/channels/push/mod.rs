//! Nudges to browsers that asked for them: Web Push (RFC 8030). The address is the browser's maker's, and comes from outside.

pub mod seal;
pub mod signer;

use crate::domain::error::{Error, Result};
use crate::domain::house::device::Nudge;
use crate::domain::time::Time;
use crate::net::call::{Call, Repeat};
use crate::net::client::Net;
use crate::net::failure::Failure;
use crate::net::retry::asked_wait_ms;
use crate::net::trust::Named;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest;
use serde::{Deserialize, Serialize};
use signer::Signer;

/// The longest address.
const ADDRESS: usize = 2_000;
/// Time for one request, in milliseconds.
const TIMEOUT_MS: u64 = 15_000;
/// How long to wait when a service does not say.
const AGAIN_MS: u64 = 60_000;

/// Where a browser is told something, and by which keys.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// The address at the service of the browser's maker.
    pub endpoint: String,
    /// The browser's public key, base64url.
    pub p256dh: String,
    /// The secret it made for us, base64url.
    pub auth: String,
}

/// Whoever has the address can tell its owner something.
impl std::fmt::Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Subscription(***)")
    }
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.trim().trim_end_matches('=')).ok()
}

impl Subscription {
    /// A subscription whose keys are keys and whose address may be called: https and public, unless the operator runs the service.
    pub fn checked(self, net: &Net) -> Result<Self> {
        let wrong = || Error::invalid("Your browser gave an address that cannot be used. Try again, or use another browser.");
        if self.endpoint.len() > ADDRESS {
            return Err(wrong());
        }
        let url = url::Url::parse(&self.endpoint).map_err(|_| wrong())?;
        net.check_address(Named::ByBrowser, &url).map_err(|_| wrong())?;
        let (public, secret) = self.keys().ok_or_else(wrong)?;
        seal::seal(b"", &public, &secret).map_err(|_| wrong())?;
        Ok(self)
    }
    /// The SHA-256 of the address, in hex.
    pub fn mark(&self) -> String {
        hex::encode(digest::digest(&digest::SHA256, self.endpoint.as_bytes()))
    }
    fn keys(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        let (public, secret) = (bytes(&self.p256dh)?, bytes(&self.auth)?);
        (public.len() == seal::POINT && secret.len() == seal::SECRET).then_some((public, secret))
    }
}

/// Why a device was not told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The browser has taken its address back.
    #[error("this browser does not want nudges any more")]
    Gone,
    /// It surely was not told; it may be later.
    #[error("{why}")]
    NotSent {
        /// Why.
        why: String,
        /// Milliseconds to wait first.
        after_ms: u64,
    },
    /// It was not told and will not be: the sentence says why.
    #[error("{0}")]
    Refused(String),
    /// It may have been told.
    #[error("{0}")]
    Unknown(String),
}

/// Who tells, and how long it is worth telling.
#[derive(Debug, Clone, Copy)]
pub struct Sender<'a> {
    /// Signs.
    pub signer: &'a Signer,
    /// Our public address, for the people of the service.
    pub contact: Option<&'a str>,
    /// Seconds the service keeps it for a device that is off.
    pub keep_s: i64,
    /// Now.
    pub now: Time,
}

/// Tells a device something, once.
pub async fn send(net: &Net, to: &Subscription, nudge: &Nudge, by: Sender<'_>) -> std::result::Result<(), Trouble> {
    let call = request(to, nudge, by).map_err(|e| Trouble::Refused(e.message))?;
    net.send(&call).await.map(drop).map_err(|f| trouble(&f, by.now))
}

fn request(to: &Subscription, nudge: &Nudge, by: Sender<'_>) -> Result<Call> {
    const BROKEN: &str = "What this browser gave us cannot be used. Forget it here and connect it again.";
    let origin = url::Url::parse(&to.endpoint).map_err(|_| Error::invalid(BROKEN))?.origin().ascii_serialization();
    let (public, secret) = to.keys().ok_or_else(|| Error::invalid(BROKEN))?;
    let plain = serde_json::to_vec(nudge).map_err(|e| Error::internal("A nudge could not be written.").with_source(e))?;
    let body = seal::seal(&plain, &public, &secret).map_err(|_| Error::invalid(BROKEN))?;
    // At most 32 letters (RFC 8030, 5.4): while the device is off, news of the same matter takes the place of older news.
    let topic = URL_SAFE_NO_PAD.encode(&digest::digest(&digest::SHA256, nudge.tag.as_bytes()).as_ref()[..24]);
    Ok(Call::post(&to.endpoint)
        .named(Named::ByBrowser)
        .repeat(Repeat::Never)
        .timeout_ms(TIMEOUT_MS)
        .cap_bytes(64 * 1024)
        .header("authorization", &by.signer.authorization(&origin, by.contact, by.now)?)
        .header("content-encoding", "aes128gcm")
        .header("ttl", &by.keep_s.to_string())
        .header("urgency", "high")
        .header("topic", &topic)
        .bytes("application/octet-stream", body))
}

/// What a failure means to whoever reads the list of devices.
fn trouble(f: &Failure, now: Time) -> Trouble {
    const CARRIER: &str = "The service that carries nudges to this browser";
    let later = |why: String, after_ms: u64| Trouble::NotSent { why, after_ms };
    match f {
        Failure::Refused(why) => Trouble::Refused(format!("Nothing was sent: {why}.")),
        Failure::Resting { retry_after_ms } => later(format!("{CARRIER} has been failing."), *retry_after_ms),
        Failure::NotConnected(_) => later(format!("{CARRIER} cannot be reached."), AGAIN_MS),
        // It has taken it and said more than we read.
        Failure::TooLarge { .. } | Failure::Unknown(_) => Trouble::Unknown(format!("{CARRIER} did not say whether it took the nudge.")),
        Failure::Status(a) => match a.status {
            404 | 410 => Trouble::Gone,
            // These say that the request was turned away before anything was done with it.
            429 | 503 => later(format!("{CARRIER} asks us to wait."), asked_wait_ms(&|n| a.header(n), now).unwrap_or(AGAIN_MS)),
            413 => Trouble::Refused(format!("{CARRIER} says that the nudge was too long.")),
            400 => Trouble::Refused(format!("{CARRIER} did not understand us. Forget this phone here and connect it again.")),
            401 | 403 => {
                Trouble::Refused(format!("{CARRIER} does not know this server any more. Forget this phone here and connect it again."))
            }
            408 | 500.. => Trouble::Unknown(format!("{CARRIER} had a problem of its own and did not say whether it took the nudge.")),
            n => Trouble::Refused(format!("{CARRIER} refused the nudge (status {n}).")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Clock;
    use crate::net::answer::Answer;

    const PUBLIC: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";

    fn at(endpoint: &str) -> Subscription {
        Subscription { endpoint: endpoint.into(), p256dh: PUBLIC.into(), auth: "BTBZMqHH6r4Tts7J_aSIgg==".into() }
    }

    #[test]
    fn only_public_addresses_and_real_keys_are_kept() {
        let net = Net::new(Clock::System);
        assert!(at("https://fcm.googleapis.com/fcm/send/abc").checked(&net).is_ok());
        for no in
            ["http://push.example.com/x", "https://127.0.0.1/x", "https://169.254.169.254/x", "https://intranet/x", "ftp://x.example/", "x"]
        {
            assert!(at(no).checked(&net).is_err(), "{no}");
        }
        let fine = at("https://push.example.com/x");
        assert!(Subscription { p256dh: "BCVx".into(), ..fine.clone() }.checked(&net).is_err());
        assert!(Subscription { auth: String::new(), ..fine.clone() }.checked(&net).is_err());
        assert!(Subscription { p256dh: URL_SAFE_NO_PAD.encode([4u8; 65]), ..fine }.checked(&net).is_err());
        assert!(at(&format!("https://push.example.com/{}", "x".repeat(3_000))).checked(&net).is_err());
    }

    #[test]
    fn answers_are_told_apart() {
        let of = |status| trouble(&Failure::Status(Box::new(Answer::made(status, ""))), Time::from_millis(0));
        assert_eq!((of(404), of(410)), (Trouble::Gone, Trouble::Gone));
        assert!(matches!(of(429), Trouble::NotSent { after_ms: AGAIN_MS, .. }));
        assert!(matches!(of(503), Trouble::NotSent { .. }));
        assert!(matches!((of(400), of(413), of(403)), (Trouble::Refused(_), Trouble::Refused(_), Trouble::Refused(_))));
        assert!(matches!((of(500), of(502)), (Trouble::Unknown(_), Trouble::Unknown(_))));
        let mut asked = Answer::made(429, "");
        asked.headers.push(("retry-after".into(), "7".into()));
        assert!(matches!(trouble(&Failure::Status(Box::new(asked)), Time::from_millis(0)), Trouble::NotSent { after_ms: 7_000, .. }));
    }
}

//! The client: builds connections, sends, and tells what became of a request.

use crate::domain::time::Clock;
use crate::net::address;
use crate::net::answer::{Answer, Streaming};
use crate::net::breaker::{self, Breakers};
use crate::net::call::{Call, Repeat};
use crate::net::failure::Failure;
use crate::net::retry;
use crate::net::trust::Named;
use crate::telemetry::metrics;
use std::collections::HashSet;
use std::sync::{Arc, OnceLock, RwLock};
use std::time::Duration;

/// Time for making a connection, in milliseconds.
pub const CONNECT_MS: u64 = 5_000;
/// Longest wait the client itself makes between two attempts, in milliseconds; longer ones are the caller's to make.
pub const WAIT_MAX_MS: u64 = 10_000;

/// A client, or why there is none on this machine.
type Built = Result<reqwest::Client, String>;

/// Everything outgoing goes through one of these. Cheap to share behind an [`Arc`].
pub struct Net {
    /// For addresses the operator configured; honours `HTTPS_PROXY` and the like. Both clients are built when they are
    /// first needed, because that reads all root certificates of the system.
    ours: OnceLock<Built>,
    /// For addresses from outside: resolves names itself and drops private addresses, so that what was checked is what
    /// is connected to. Uses no proxy, for a proxy would resolve the name again.
    outside: OnceLock<Built>,
    /// Places that may be private, and for addresses from whose hands.
    pub(super) trusted: RwLock<HashSet<(Named, String)>>,
    breakers: Breakers,
    clock: Clock,
}

impl Net {
    /// A client that tells the time by `clock`. Never fails: on a machine without root certificates only plain http works,
    /// and each https request says why it does not.
    pub fn new(clock: Clock) -> Self {
        // An error means somebody installed a provider before us, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self {
            ours: OnceLock::new(),
            outside: OnceLock::new(),
            trusted: RwLock::default(),
            breakers: Breakers::new(clock.clone(), breaker::Settings::default()),
            clock,
        }
    }
    /// The clock this client goes by.
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }
    /// Sends and reads the whole answer. Any status that is not 2xx is [`Failure::Status`]. Sends again by the call's own
    /// rule, waiting as the other side asks or with jitter.
    pub async fn send(&self, call: &Call) -> Result<Answer, Failure> {
        self.repeating(call, || async { self.once(call).await?.whole().await }).await
    }
    /// Sends and hands the body over piece by piece. Only the beginning is tried again, never a body that broke.
    pub async fn open(&self, call: &Call) -> Result<Streaming, Failure> {
        self.repeating(call, || self.once(call)).await
    }

    fn outside(&self) -> &Built {
        self.outside.get_or_init(|| build(|b| b.no_proxy().https_only(true).dns_resolver(Arc::new(address::PublicOnly))))
    }

    async fn repeating<T, F: Future<Output = Result<T, Failure>>>(&self, call: &Call, attempt: impl Fn() -> F) -> Result<T, Failure> {
        let mut tried = 0;
        loop {
            let failure = match attempt().await {
                Ok(done) => return Ok(done),
                Err(f) => f,
            };
            tried += 1;
            if tried >= call.backoff.attempts || !may_repeat(call.repeat, &failure) {
                return Err(failure);
            }
            let asked = failure.answer().and_then(|a| retry::asked_wait_ms(&|n| a.header(n), self.clock.now()));
            let wait_ms = asked.unwrap_or_else(|| call.backoff.wait_ms(tried - 1));
            if wait_ms > WAIT_MAX_MS {
                return Err(failure);
            }
            tracing::debug!(call = ?call, %failure, wait_ms, "sending again");
            tokio::time::sleep(Duration::from_millis(wait_ms)).await;
        }
    }

    async fn once(&self, call: &Call) -> Result<Streaming, Failure> {
        let url = call.check()?;
        let origin = url.origin().ascii_serialization();
        let client = if self.is_unguarded(call.named, &url) {
            self.ours.get_or_init(|| build(|b| b))
        } else {
            address::check(&url)?;
            self.outside()
        };
        let client = client.as_ref().map_err(|why| Failure::Refused(why.clone()))?;
        let request = call.build(client, url)?;
        let breaker = self.breakers.of(call.breaker.as_deref().unwrap_or(&origin));
        let permit = breaker.enter().map_err(|retry_after_ms| Failure::Resting { retry_after_ms })?;
        let host = request.url().host_str().unwrap_or_default().to_owned();
        let sent = send_once(client, request, call.cap_bytes).await;
        metrics::call(&host, outcome(&sent));
        match sent {
            Ok(streaming) => Ok(streaming.judged_by(permit)),
            Err(f) => {
                match &f {
                    f if f.is_sickness() => permit.failed(),
                    Failure::Refused(_) => drop(permit),
                    _ => permit.worked(),
                }
                Err(f)
            }
        }
    }
}

const fn outcome<T>(sent: &Result<T, Failure>) -> &'static str {
    match sent {
        Ok(_) => "ok",
        Err(Failure::Status(_)) => "refused",
        Err(_) => "failed",
    }
}

async fn send_once(client: &reqwest::Client, request: reqwest::Request, cap_bytes: usize) -> Result<Streaming, Failure> {
    let response = client.execute(request).await.map_err(|e| classify(&e))?;
    let streaming = Streaming::new(response, cap_bytes);
    if (200..300).contains(&streaming.status) {
        return Ok(streaming);
    }
    let (status, headers) = (streaming.status, streaming.headers.clone());
    // The status says what happened; a body that broke on the way changes nothing about it.
    let answer = streaming.whole().await.unwrap_or(Answer { status, headers, body: Vec::new() });
    Err(Failure::Status(Box::new(answer)))
}

fn may_repeat(repeat: Repeat, failure: &Failure) -> bool {
    match (repeat, failure) {
        (Repeat::Never, _) | (_, Failure::Resting { .. }) => false,
        (Repeat::Certain, f) => f.is_passing() && f.nothing_happened(),
        (Repeat::Harmless, f) => f.is_passing(),
    }
}

fn classify(e: &reqwest::Error) -> Failure {
    if let Some(refused) = address::refusal_in(e) {
        return Failure::Refused(refused);
    }
    let why = tell(e);
    if e.is_builder() {
        Failure::Refused(why)
    } else if e.is_connect() || e.is_dns() {
        Failure::NotConnected(why)
    } else {
        Failure::Unknown(why)
    }
}

/// The whole chain of causes in one line, without the address: addresses hold tokens.
pub(super) fn tell(e: &reqwest::Error) -> String {
    let kind = if e.is_timeout() { "time ran out" } else { "the line failed" };
    let mut out = kind.to_owned();
    let mut cause = std::error::Error::source(e);
    while let Some(c) = cause {
        out.push_str(": ");
        out.push_str(&c.to_string());
        cause = c.source();
    }
    crate::domain::text::clip(&out, 300)
}

fn build(with: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder) -> Built {
    let base = || {
        let b = reqwest::Client::builder()
            .user_agent(concat!("steward/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_millis(CONNECT_MS))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .pool_idle_timeout(Duration::from_secs(30));
        with(b)
    };
    base().build().or_else(|e| {
        tracing::warn!(cause = %tell(&e), "no root certificates of the system; only plain http will work");
        let empty = rustls::ClientConfig::builder().with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth();
        base().tls_backend_preconfigured(empty).build().map_err(|e| format!("no HTTP client on this machine: {}", tell(&e)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check of the name is left out here, as if a name server had answered with an address of ours.
    #[tokio::test]
    async fn a_name_that_leads_into_a_private_network_is_refused_when_it_is_resolved() {
        let net = Net::new(Clock::System);
        let client = net.outside().as_ref().unwrap();
        let failure = classify(&client.get("https://localhost:1/").send().await.unwrap_err());
        assert!(matches!(failure, Failure::Refused(_)), "{failure}");
    }
}

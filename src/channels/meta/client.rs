//! Requests to Meta's Graph API for one phone number. A send has no idempotency key at Meta, so how it failed is told exactly: refused,
//! certainly not sent, or unknown. What is unknown is settled by status webhooks, never by sending again.

use super::problems;
pub use crate::channels::outcome::{SendError, Sent};
use crate::channels::signature;
use crate::domain::house::contact::Identity;
use crate::domain::house::message::{Problem, ProblemClass};
use crate::domain::secret::Secret;
use crate::net::answer::Answer;
use crate::net::call::{Call, Repeat};
use crate::net::client::Net;
use crate::net::failure::Failure;
use crate::net::quota::Rate;
use crate::net::retry;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

/// Meta's own host.
pub const GRAPH: &str = "https://graph.facebook.com";
/// Where Meta keeps files that customers sent.
pub const MEDIA_HOST: &str = "lookaside.fbsbx.com";

/// What a client needs to know of a number.
#[derive(Debug, Clone)]
pub struct Settings {
    /// [`GRAPH`], or the address of a stand-in; files may also come from its host.
    pub base_url: String,
    /// Version of the Graph API, [`super::DEFAULT_VERSION`].
    pub version: String,
    /// The number's id at Meta.
    pub phone_number_id: String,
    /// The access token.
    pub token: Secret,
    /// The app's secret; when set, every request proves it knows it (`appsecret_proof`).
    pub app_secret: Option<Secret>,
    /// Time for one request, in milliseconds.
    pub timeout_ms: u64,
    /// Hosts from which files are fetched, beside that of `base_url`.
    pub media_hosts: Vec<String>,
}

impl Settings {
    /// Meta itself, with defaults.
    pub fn new(phone_number_id: impl Into<String>, token: Secret) -> Self {
        Self {
            base_url: GRAPH.into(),
            version: super::DEFAULT_VERSION.into(),
            phone_number_id: phone_number_id.into(),
            token,
            app_secret: None,
            timeout_ms: 20_000,
            media_hosts: vec![MEDIA_HOST.into()],
        }
    }
}

/// What Meta says of the number, for the live check on the Settings page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// As people write it: "+234 700 000 0001".
    pub number: String,
    /// The name customers see.
    pub name: String,
    /// What Meta thinks of the number, in plain words.
    pub quality: String,
}

/// Requests for one number.
#[derive(Clone)]
pub struct Client {
    pub(super) net: Arc<Net>,
    pub(super) settings: Settings,
}

impl Client {
    /// A client for a number. The operator entered `base_url`, so it may be a private address.
    pub fn new(net: Arc<Net>, settings: Settings) -> Self {
        net.trust(&settings.base_url);
        Self { net, settings }
    }

    /// The buckets a send to `to` draws from: `per_second` for the number (80 unless Meta has raised it); for the pair 45 at once, then one in 6 seconds.
    pub fn quota_keys(&self, to: &Identity, per_second: u32) -> [(String, Rate); 2] {
        let number = format!("meta:{}", self.settings.phone_number_id);
        let pair = format!("{number}:{}", to.value);
        [(number, Rate { burst: per_second, tokens: per_second, per_ms: 1_000 }), (pair, Rate::WHATSAPP_PAIR)]
    }

    /// Hands over a message made by [`super::build::build`]. Tries once; the caller tries again as the error says.
    pub async fn send(&self, message: &Value) -> Result<Sent, SendError> {
        #[derive(Deserialize)]
        struct Accepted {
            messages: Vec<One>,
        }
        #[derive(Deserialize)]
        struct One {
            id: String,
            message_status: Option<String>,
        }
        let call = self.post("messages").json(message).repeat(Repeat::Never);
        let answer = self.net.send(&call).await.map_err(|f| self.send_error(&f))?;
        let accepted: Option<Accepted> = answer.json().ok();
        let one = accepted.and_then(|a| a.messages.into_iter().next());
        let one = one.ok_or_else(|| SendError::Unknown("WhatsApp took the message but did not name it.".into()))?;
        Ok(Sent { provider_id: one.id, held: one.message_status.is_some_and(|s| s != "accepted") })
    }

    /// Marks a customer's message and those before it as read; with `typing` also shows that an answer is being written.
    pub async fn mark_read(&self, provider_id: &str, typing: bool) -> Result<(), SendError> {
        let call = self.post("messages").json(&super::build::mark_read(provider_id, typing)).repeat(Repeat::Harmless);
        self.net.send(&call).await.map(|_| ()).map_err(|f| self.send_error(&f))
    }

    /// Asks Meta about the number: proves that address, token and number fit together.
    pub async fn check(&self) -> Result<Facts, Problem> {
        #[derive(Deserialize)]
        #[serde(default)]
        #[derive(Default)]
        struct Number {
            display_phone_number: String,
            verified_name: String,
            quality_rating: String,
        }
        let call = self
            .get(&self.settings.phone_number_id)
            .query("fields", "display_phone_number,verified_name,quality_rating")
            .repeat(Repeat::Never);
        let answer = self.net.send(&call).await.map_err(|f| problem_of(&f))?;
        let n: Number = answer.json().map_err(|_| problems::from_graph(answer.status, &answer.body))?;
        let quality = match n.quality_rating.as_str() {
            "GREEN" => "Good: customers rarely block or report you.",
            "YELLOW" => "Middling: some customers blocked or reported you.",
            "RED" => "Poor: many customers blocked or reported you. Meta may limit the number.",
            _ => "Not rated yet.",
        };
        Ok(Facts { number: n.display_phone_number, name: n.verified_name, quality: quality.into() })
    }

    pub(super) fn get(&self, path: &str) -> Call {
        self.signed(Call::get(self.address(path)))
    }

    pub(super) fn post(&self, edge: &str) -> Call {
        self.signed(Call::post(self.address(&format!("{}/{edge}", self.settings.phone_number_id))))
    }

    fn address(&self, path: &str) -> String {
        let s = &self.settings;
        format!("{}/{}/{path}", s.base_url.trim_end_matches('/'), s.version)
    }

    fn signed(&self, call: Call) -> Call {
        let s = &self.settings;
        let call = call.bearer(&s.token).timeout_ms(s.timeout_ms);
        match s.app_secret.as_ref().filter(|a| !a.is_empty()) {
            Some(app) => call.query("appsecret_proof", &signature::hmac_hex(app, s.token.reveal().as_bytes())),
            None => call,
        }
    }

    /// What became of a request that failed. A 5xx that carries Meta's own error was answered by Meta and did not happen; any other
    /// 5xx comes from something in between and proves nothing.
    pub(super) fn send_error(&self, failure: &Failure) -> SendError {
        let problem = problem_of(failure);
        match failure {
            Failure::Refused(_) => SendError::NotSent { retryable: false, after_ms: 0, problem },
            Failure::Resting { retry_after_ms } => SendError::NotSent { retryable: true, after_ms: *retry_after_ms, problem },
            Failure::NotConnected(_) => SendError::NotSent { retryable: true, after_ms: 5_000, problem },
            Failure::Unknown(why) => SendError::Unknown(why.clone()),
            Failure::TooLarge { .. } => SendError::Unknown(failure.to_string()),
            Failure::Status(a) if !failure.nothing_happened() && !speaks_graph(a) => SendError::Unknown(problem.detail),
            Failure::Status(a) => match wait_ms(&problem) {
                Some(after_ms) => {
                    let asked = retry::asked_wait_ms(&|n| a.header(n), self.net.clock().now());
                    SendError::NotSent { retryable: true, after_ms: asked.unwrap_or(after_ms), problem }
                }
                None => SendError::Refused(problem),
            },
        }
    }
}

/// Why a request failed, for the owner.
pub(super) fn problem_of(failure: &Failure) -> Problem {
    if let Some(answer) = failure.answer() {
        return problems::from_graph(answer.status, &answer.body);
    }
    let (class, meaning) = match failure {
        Failure::Refused(_) => {
            (ProblemClass::Other, "The address of WhatsApp in Settings is not one Steward can use. Messages wait; correct it.")
        }
        _ => (
            ProblemClass::Transient,
            "WhatsApp cannot be reached from here. Messages wait and are tried again by themselves. Check the internet.",
        ),
    };
    Problem { code: -1, detail: failure.to_string(), meaning: meaning.into(), class }
}

fn speaks_graph(answer: &Answer) -> bool {
    answer.json::<Value>().is_ok_and(|v| v["error"]["code"].is_number())
}

/// How long to wait before the same request may work, or none when it never will.
fn wait_ms(problem: &Problem) -> Option<u64> {
    match (problem.class, problem.code) {
        (_, 131_057) => Some(60_000),
        (ProblemClass::PairRate, _) => Some(6_000),
        (ProblemClass::Rate, super::problems::SLOWED_FOR_SPAM) => Some(3_600_000),
        (ProblemClass::Rate, 4 | 80_007) => Some(60_000),
        (ProblemClass::Rate, _) => Some(2_000),
        (ProblemClass::Transient, _) => Some(5_000),
        _ => None,
    }
}

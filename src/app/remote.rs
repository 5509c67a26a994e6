//! A Steward that runs already, asked by another process of the same machine or another: its folder is locked, its door is not.

use crate::domain::error::{Error, Result};
use crate::domain::secret::Secret;
use crate::domain::time::Clock;
use crate::net::call::{Call, Repeat};
use crate::net::client::Net;

/// How long an answer may take.
const TIMEOUT_MS: u64 = 60_000;

/// The door of a running Steward for assistants.
pub struct Remote {
    net: Net,
    url: String,
    key: Secret,
}

impl Remote {
    /// At `url`, such as "http://127.0.0.1:8080", with an API key of one business.
    pub fn new(url: &str, key: Secret) -> Result<Self> {
        let url = url.trim_end_matches('/');
        let whole = url::Url::parse(url).ok().filter(|u| matches!(u.scheme(), "http" | "https") && u.has_host());
        if whole.is_none() {
            return Err(Error::field("url", format!("\"{url}\" is no address, such as http://127.0.0.1:8080.")));
        }
        let net = Net::new(Clock::System);
        net.trust(url);
        Ok(Self { net, url: format!("{url}/mcp"), key })
    }

    /// Hands a message over; its answer, if it wants one.
    pub async fn ask(&self, message: &str) -> Result<Option<String>> {
        let call = Call::post(&self.url).bearer(&self.key).bytes("application/json", message.as_bytes().to_vec());
        let answer = self.net.send(&call.timeout_ms(TIMEOUT_MS).repeat(Repeat::Never)).await.map_err(|f| f.into_error("Steward"))?;
        Ok(Some(answer.text()).filter(|t| !t.trim().is_empty()))
    }
}

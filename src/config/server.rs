//! How the world reaches us, and how logs are written.

use super::values::Values;
use crate::domain::error::Result;
use std::net::SocketAddr;
use url::Url;

/// Where the server listens and how it is called from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Where it listens; port 0 takes any free one.
    pub listen: SocketAddr,
    /// How people and providers reach it, without a slash at the end; `None` when nobody said.
    pub public_url: Option<String>,
    /// Services of nudges (Web Push) in private networks, run by the operator.
    pub push_hosts: Vec<String>,
}

impl Server {
    pub(super) fn from_values(values: &Values) -> Result<Self> {
        let listen = values.text("listen").unwrap_or_default();
        let address = listen.strip_prefix("localhost:").map_or_else(|| listen.to_owned(), |port| format!("127.0.0.1:{port}"));
        let listen =
            address.parse().map_err(|_| values.error("listen", "is not an address and port, such as 127.0.0.1:8080 or 0.0.0.0:8080."))?;
        let public_url = values.text("public_url").map(|_| web_address(values, "public_url")).transpose()?;
        Ok(Self { listen, public_url, push_hosts: hosts(values, "push_hosts")? })
    }
    /// The address to print in links: the public one, or the one actually listened on.
    pub fn base_url(&self, bound: SocketAddr) -> String {
        match &self.public_url {
            Some(url) => url.clone(),
            None if bound.ip().is_unspecified() => format!("http://127.0.0.1:{}", bound.port()),
            None => format!("http://{bound}"),
        }
    }
    /// Whether people reach us over https, so that cookies may insist on it.
    pub fn is_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|u| u.starts_with("https://"))
    }
}

/// Reads a list of origins of servers, with commas between.
pub(super) fn hosts(values: &Values, key: &str) -> Result<Vec<String>> {
    let listed = values.text(key).unwrap_or_default();
    let read = |host: &str| match Url::parse(host) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(host.to_owned()),
        _ => Err(values.error(key, &format!("holds {host}, which is not an address such as http://127.0.0.1:11434."))),
    };
    listed.split(',').map(str::trim).filter(|h| !h.is_empty()).map(read).collect()
}

/// Reads an http or https address and takes the slash off its end.
pub(super) fn web_address(values: &Values, key: &str) -> Result<String> {
    let text = values.text(key).unwrap_or_default().trim();
    let url = Url::parse(text).ok().filter(|u| matches!(u.scheme(), "http" | "https") && u.has_host());
    match url {
        Some(url) if url.query().is_none() && url.fragment().is_none() => Ok(url.as_str().trim_end_matches('/').to_owned()),
        _ => Err(values.error(key, "is not a web address, such as https://steward.example.com.")),
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// How logs are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// The look.
    pub format: LogFormat,
    /// Which lines, in the words of `EnvFilter`.
    pub filter: String,
}

impl Log {
    pub(super) fn from_values(values: &Values) -> Result<Self> {
        let format = match values.text("log") {
            Some("json") => LogFormat::Json,
            Some("text") | None => LogFormat::Text,
            Some(_) => return Err(values.error("log", "is not a log format. Use text or json.")),
        };
        Ok(Self { format, filter: values.text("log_filter").unwrap_or("info").to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use crate::config::env::Fixed;
    use crate::config::values::{Flags, Values};

    fn load(flags: Flags, env: &[(&str, &str)]) -> Result<Config, String> {
        Values::read(&flags, &Fixed::of(env)).and_then(Config::from_values).map_err(|e| e.message)
    }

    #[test]
    fn errors_name_where_the_value_was_set() {
        let flag = load(Flags::default().with("listen", "8080"), &[]).unwrap_err();
        assert_eq!(flag, "--listen \"8080\" is not an address and port, such as 127.0.0.1:8080 or 0.0.0.0:8080.");
        let env = load(Flags::default(), &[("STEWARD_LOG", "xml")]).unwrap_err();
        assert_eq!(env, "STEWARD_LOG \"xml\" is not a log format. Use text or json.");
        assert!(load(Flags::default(), &[("STEWARD_PUBLIC_URL", "steward.example.com")]).unwrap_err().contains("web address"));
    }

    #[test]
    fn links_use_the_public_address() {
        let config = load(Flags::default().with("public-url", "x").with("public_url", "https://s.example.com/"), &[]).unwrap();
        assert_eq!(config.server.base_url("0.0.0.0:80".parse().unwrap()), "https://s.example.com");
        assert!(config.server.is_https());
        let config = load(Flags::default().with("listen", "localhost:0"), &[]).unwrap();
        assert_eq!(config.server.base_url("0.0.0.0:4242".parse().unwrap()), "http://127.0.0.1:4242");
        assert_eq!(config.server.base_url("127.0.0.1:4242".parse().unwrap()), "http://127.0.0.1:4242");
    }
}

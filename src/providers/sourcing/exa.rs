//! Exa: `POST {base}/search`, key in `x-api-key`.

use super::{Found, Searched, Sourcer};
use crate::domain::error::{Error, Result};
use crate::domain::secret::Secret;
use crate::domain::text::clip;
use crate::net::call::{Call, Repeat};
use crate::net::client::Net;
use crate::net::failure::Failure;
use async_trait::async_trait;
use regex::Regex;
use serde::Deserialize;
use serde_json::json;
use std::sync::{Arc, LazyLock};

const TIMEOUT_MS: u64 = 30_000;
/// Characters of a page that are read for numbers and addresses.
const PAGE_CHARS: usize = 4_000;
/// Numbers of one page.
const PHONES: usize = 5;

/// A connection to Exa.
pub struct Exa {
    net: Arc<Net>,
    base_url: String,
    key: Secret,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    results: Vec<Row>,
    #[serde(rename = "costDollars")]
    cost: Option<Cost>,
}

#[derive(Deserialize)]
struct Row {
    #[serde(default)]
    title: Option<String>,
    url: String,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    highlights: Vec<String>,
}

#[derive(Deserialize)]
struct Cost {
    #[serde(default)]
    total: f64,
}

impl Exa {
    /// Asked through `net`.
    pub fn new(net: Arc<Net>, base_url: &str, key: Secret) -> Self {
        net.trust(base_url);
        Self { net, base_url: base_url.to_owned(), key }
    }
}

#[async_trait]
impl Sourcer for Exa {
    async fn find(&self, wanted: &str, near: &str, most: usize) -> Result<Searched> {
        let query = format!("{} wholesale supplier near {near}, phone number", clip(wanted, 200));
        let contents = json!({ "text": { "maxCharacters": PAGE_CHARS }, "highlights": true });
        let body = json!({ "query": query, "type": "auto", "numResults": most, "contents": contents });
        let call = Call::post(format!("{}/search", self.base_url)).json(&body).secret_header("x-api-key", &self.key);
        let answer = self.net.send(&call.timeout_ms(TIMEOUT_MS).repeat(Repeat::Certain).breaker("exa")).await.map_err(problem)?;
        let read: Answer = answer.json().map_err(|e| Error::invalid("Exa sent something that cannot be read.").with_source(e))?;
        #[expect(clippy::cast_possible_truncation, reason = "cents: far below the largest whole number")]
        let micros = |c: Cost| (c.total.clamp(0.0, 1_000.0) * 1e6) as i64;
        let cost_micros = read.cost.map_or(0, |c| u64::try_from(micros(c)).unwrap_or(0));
        Ok(Searched { found: read.results.into_iter().filter_map(found).take(most).collect(), cost_micros })
    }
}

/// What failed, as an error; what may pass is transient, also when nobody knows whether it arrived: a search changes nothing.
fn problem(f: Failure) -> Error {
    let passing = f.is_passing();
    let e = f.into_error("Exa");
    if passing { Error::unavailable(e.message) } else { e }
}

/// A result as a vendor: pages name themselves "Vendor | what it says of itself".
fn found(r: Row) -> Option<Found> {
    static EMAIL: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}").ok());
    static PHONE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\+?\(?\d[\d ().-]{7,20}\d").ok());
    let url = url::Url::parse(&r.url).ok().filter(|u| matches!(u.scheme(), "http" | "https"))?;
    let host = url.host_str()?.trim_start_matches("www.").to_owned();
    let title = r.title.unwrap_or_default();
    let name = [" | ", " - ", " – ", " — ", ": "].iter().fold(title.as_str(), |t, cut| t.split(cut).next().unwrap_or(t));
    let name = if name.trim().is_empty() { host } else { clip(name.trim(), 120) };
    let page = format!("{} {}", r.text.unwrap_or_default(), r.highlights.join(" "));
    let mut phones: Vec<String> = PHONE.iter().flat_map(|re| re.find_iter(&page)).map(|m| m.as_str().trim().to_owned()).collect();
    phones.dedup();
    phones.truncate(PHONES);
    let email = EMAIL.as_ref().and_then(|re| re.find(&page)).map_or_else(String::new, |m| m.as_str().to_owned());
    Some(Found { name, url: clip(url.as_str(), 500), phones, email })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(title: &str, url: &str, text: &str) -> Row {
        Row { title: Some(title.into()), url: url.into(), text: Some(text.into()), highlights: vec![] }
    }

    #[test]
    fn a_page_becomes_a_vendor_with_its_numbers() {
        let f = found(row(
            "Lekki Eggs | Fresh farm eggs",
            "https://www.lekki-eggs.example/contact",
            "Call 0803 123 4567 or sales@lekki-eggs.example",
        ))
        .unwrap();
        assert_eq!(
            (f.name.as_str(), f.phones, f.email.as_str()),
            ("Lekki Eggs", vec!["0803 123 4567".to_owned()], "sales@lekki-eggs.example")
        );
        assert_eq!(found(row("", "https://www.eggs.example/", "")).unwrap().name, "eggs.example");
        assert!(found(row("x", "javascript:alert(1)", "")).is_none());
    }
}

//! Airtable: the records of one table, page by page, as slowly as it asks for.
//! <https://airtable.com/developers/web/api/list-records>

use crate::config::airtable::Airtable as Settings;
use crate::domain::error::{Error, Result};
use crate::net::call::{Call, Repeat};
use crate::net::client::Net;
use crate::net::failure::Failure;
use crate::net::retry;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::time::Duration;

/// Records that are taken of one table.
pub const MOST: usize = 5_000;
/// Records of one page, the most Airtable gives.
const PAGE: &str = "100";
/// Tries of one page.
const TRIES: u32 = 4;
/// Airtable takes five requests a second, and wants half a minute of silence from those who ask faster. In milliseconds.
const PACE_MS: u64 = 210;
const SILENCE_MS: u64 = 30_000;
/// Waited after a failure that may pass, in milliseconds.
const AGAIN_MS: u64 = 1_000;

#[derive(Deserialize)]
struct Page {
    records: Vec<Record>,
    offset: Option<String>,
}

#[derive(Deserialize)]
struct Record {
    fields: Map<String, Value>,
}

/// The fields of every record of a table, in the table's order.
///
/// # Errors
/// Says in a sentence what is wrong: the token, the names, or that Airtable does not answer.
pub async fn records(net: &Net, settings: &Settings, base: &str, table: &str) -> Result<Vec<Map<String, Value>>> {
    check(base, table)?;
    net.trust(&settings.base_url);
    let mut url = url::Url::parse(&settings.base_url).map_err(|e| Error::invalid("AIRTABLE_BASE_URL is no address.").with_source(e))?;
    // Names of tables hold blanks and slashes; each is one piece of the path.
    url.path_segments_mut().map_err(|()| Error::invalid("AIRTABLE_BASE_URL is no address."))?.pop_if_empty().extend(["v0", base, table]);
    let mut all = Vec::new();
    let mut offset: Option<String> = None;
    loop {
        let call = Call::get(url.as_str()).bearer(&settings.token).query("pageSize", PAGE).repeat(Repeat::Never);
        let call = offset.iter().fold(call, |c, o| c.query("offset", o));
        let page = page(net, &call).await?;
        all.extend(page.records.into_iter().map(|r| r.fields));
        if all.len() > MOST {
            return Err(Error::field("table", format!("This table has more than {MOST} records. Save it as CSV and bring that in.")));
        }
        match page.offset.filter(|o| !o.is_empty()) {
            // The same place again would go on for ever.
            Some(next) if offset.as_ref() != Some(&next) => offset = Some(next),
            _ => return Ok(all),
        }
        tokio::time::sleep(Duration::from_millis(PACE_MS)).await;
    }
}

async fn page(net: &Net, call: &Call) -> Result<Page> {
    for tried in 1..=TRIES {
        let failure = match net.send(call).await {
            Ok(answer) => return answer.json().map_err(|_| Error::unavailable("Airtable answered with something Steward cannot read.")),
            Err(f) => f,
        };
        let busy = failure.answer().is_some_and(|a| a.status == 429);
        if tried == TRIES || !(busy || failure.is_passing()) {
            return Err(told(&failure));
        }
        let asked = failure.answer().and_then(|a| retry::asked_wait_ms(&|n| a.header(n), net.clock().now()));
        let wait_ms = asked.unwrap_or(if busy { SILENCE_MS } else { AGAIN_MS }).min(SILENCE_MS);
        tokio::time::sleep(Duration::from_millis(wait_ms)).await;
    }
    Err(Error::unavailable("Airtable does not answer."))
}

fn told(f: &Failure) -> Error {
    match f.answer().map(|a| a.status) {
        Some(401) => Error::conflict("Airtable does not accept AIRTABLE_TOKEN. Make a token with the right data.records:read."),
        Some(403) => Error::conflict("The token at Airtable may not read this base. Give it data.records:read and add the base."),
        Some(404) => {
            Error::field("base", "Airtable has no such base or table. The base's id begins with app; the table's name is on its tab.")
        }
        Some(422) => Error::field("table", "Airtable does not understand the table's name."),
        Some(429) => Error::unavailable("Airtable is asked too often at the moment. Try again in a minute."),
        Some(status) => Error::unavailable(format!("Airtable answers {status} at the moment.")),
        None => Error::unavailable("Airtable cannot be reached."),
    }
}

fn check(base: &str, table: &str) -> Result<()> {
    if !base.starts_with("app") || base.len() > 40 || !base.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(Error::field("base", "The base's id begins with app and stands in its address: airtable.com/app…"));
    }
    if table.is_empty() || table.chars().count() > 120 || table == "." || table == ".." || table.chars().any(char::is_control) {
        return Err(Error::field("table", "Write the table's name as it stands on its tab, or its id."));
    }
    Ok(())
}

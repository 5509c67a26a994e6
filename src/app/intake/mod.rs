//! From a webhook's bytes to news for businesses: who signed it, what it says, whom it is for.

pub mod page;
pub mod twilio;
pub mod vonage;

use super::App;
use super::directory::Directory;
use super::lines::Line;
use crate::channels::meta::parse;
use crate::channels::signature;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::hook::{HookItem, Source};
use crate::domain::id::Id;
use crate::domain::secret::Secret;

/// News for one business, or a body nobody could read that carries its signature.
#[derive(Debug)]
pub struct News {
    /// For this business.
    pub business: Id,
    /// From where.
    pub source: Source,
    /// What it says; empty when nothing of it could be read.
    pub items: Vec<HookItem>,
    /// Why it, or a part of it, could not be read.
    pub problem: Option<String>,
}

/// Checks the signature over the raw bytes, then reads. A wrong signature is an error, and nothing is kept.
pub fn read(app: &App, signed: &str, body: &[u8]) -> Result<Vec<News>> {
    let directory = app.directory();
    let signer = signer(&directory, signed, body).ok_or_else(wrong_signature)?;
    // Only numbers of the app that signed: one tenant's secret says nothing about another's number.
    let owner = |item: &HookItem| match (item.account(), item.business_account()) {
        (Some(account), _) => directory.number(account).filter(|n| n.app_secret == *signer).map(|n| n.business_id),
        (None, Some(above)) => owner_of_account(&directory, signer, above),
        (None, None) => None,
    };
    match parse::parse(body) {
        Ok(hook) => {
            let stray = hook.items.iter().filter(|i| owner(i).is_none()).find_map(HookItem::account).map(str::to_owned);
            let mut news = by_business(Source::META, hook.items, owner);
            news.iter_mut().for_each(|n| n.problem = parse::unread_part(&n.items).map(str::to_owned));
            if let (Some(number), Some(business)) = (stray, only_business(&directory, signer)) {
                keep_stray(&mut news, business, &number);
            }
            Ok(news)
        }
        Err(e) => {
            // Whoever it names, if it says that much; else one of those whose secret signed it.
            let named = named_number(body).and_then(|id| directory.number(id)).filter(|n| n.app_secret == *signer);
            let any = || directory.numbers().filter(|n| n.app_secret == *signer).map(|n| n.business_id).min();
            let whose = named.map(|n| n.business_id).or_else(any);
            Ok(whose.map(|business| News { business, source: Source::META, items: Vec::new(), problem: Some(e.0) }).into_iter().collect())
        }
    }
}

/// The secret a body was signed with: that of the number it names, which is nearly always right, else any we know. What the body
/// says is only a guess until the signature fits.
fn signer<'a>(directory: &'a Directory, signed: &str, body: &[u8]) -> Option<&'a Secret> {
    let guess = named_number(body).and_then(|id| directory.number(id)).map(|n| &n.app_secret);
    let mut tried: Vec<&Secret> = Vec::new();
    for secret in guess.into_iter().chain(directory.numbers().map(|n| &n.app_secret)) {
        if tried.contains(&secret) {
            continue;
        }
        if signature::verify(secret, body, signed) {
            return Some(secret);
        }
        tried.push(secret);
    }
    None
}

/// The first phone number id in a body, found without reading the whole of it.
fn named_number(body: &[u8]) -> Option<&str> {
    const KEY: &str = "\"phone_number_id\"";
    let text = std::str::from_utf8(body).ok()?;
    let (_, rest) = text.split_once(KEY)?;
    let value = rest.trim_start().strip_prefix(':')?.trim_start().trim_start_matches('"');
    let end = value.find(|c: char| !c.is_ascii_digit())?;
    value.get(..end).filter(|id| !id.is_empty())
}

/// Whose news of a business account is: of the number under it, or of the only business that shares the secret.
fn owner_of_account(directory: &Directory, signer: &Secret, above: &str) -> Option<Id> {
    let known = directory.numbers().find(|n| n.app_secret == *signer && n.business_account == above);
    known.map(|n| n.business_id).or_else(|| only_business(directory, signer))
}

/// The business this secret is of, unless several share it.
fn only_business(directory: &Directory, signer: &Secret) -> Option<Id> {
    let mut mine = directory.numbers().filter(|n| n.app_secret == *signer).map(|n| n.business_id);
    let first = mine.next()?;
    mine.all(|b| b == first).then_some(first)
}

/// A number that is not connected, by the secret of one business alone: the body is kept for its owner, who may connect the number and
/// have it read again.
fn keep_stray(news: &mut Vec<News>, business: Id, number: &str) {
    let problem = format!("It is for the WhatsApp number id {number}, which is not connected here.");
    match news.iter_mut().find(|n| n.business == business) {
        Some(n) => n.problem = n.problem.take().or(Some(problem)),
        None => news.push(News { business, source: Source::META, items: Vec::new(), problem: Some(problem) }),
    }
}

fn by_business(source: Source, items: Vec<HookItem>, owner: impl Fn(&HookItem) -> Option<Id>) -> Vec<News> {
    let mut news: Vec<News> = Vec::new();
    for item in items {
        let Some(business) = owner(&item) else {
            tracing::info!(account = item.account(), "a webhook for a number nobody has connected");
            continue;
        };
        match news.iter_mut().find(|n| n.business == business) {
            Some(n) => n.items.push(item),
            None => news.push(News { business, source, items: vec![item], problem: None }),
        }
    }
    news
}

/// The business a line's news is for: the line's own, or the only one whose credentials proved the webhook (one account may hold many
/// numbers).
fn business_of<'a>(proved: &[&'a Line], line: &str) -> Option<&'a Line> {
    if let Some(exact) = proved.iter().find(|l| l.line == line) {
        return Some(exact);
    }
    let first = proved.first()?;
    proved.iter().all(|l| l.business_id == first.business_id).then_some(first)
}

fn wrong_signature() -> Error {
    Error::new(Kind::Unauthenticated, "The signature is wrong.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_found_without_reading_the_body() {
        assert_eq!(named_number(br#"{"x":{"phone_number_id":"55501","y":1}}"#), Some("55501"));
        assert_eq!(named_number(br#"{"phone_number_id" : 55501}"#), Some("55501"));
        assert_eq!(named_number(br#"{"phone_number_id":"","a":"1"}"#), None);
        assert_eq!(named_number(b"\"phone_number_id\":\"12"), None);
        assert_eq!(named_number(&[0xff, 0xfe]), None);
    }
}

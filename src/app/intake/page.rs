//! Webhooks of pages and Instagram accounts: they come to Meta's address, signed with the secret of the app the page is in.

use super::{News, by_business, wrong_signature};
use crate::app::App;
use crate::app::lines::Line;
use crate::channels::page::parse;
use crate::channels::signature;
use crate::domain::error::Result;
use crate::domain::house::conversation::Channel;
use crate::domain::house::hook::{HookItem, Source};
use crate::domain::house::line::{Carrier, split};

/// Checks the signature over the raw bytes, then reads. A wrong one is an error, and nothing is kept.
pub fn read(app: &App, carrier: Carrier, signed: &str, body: &[u8]) -> Result<Vec<News>> {
    let directory = app.directory();
    let pages: Vec<&Line> = directory.lines().filter(|l| l.carrier == carrier).collect();
    let proof = pages.iter().map(|l| l.keys.proof()).find(|p| signature::verify(p, body, signed));
    // Nobody has connected this page, but the app is one we know: it is Meta's, and for nobody here.
    let known = || directory.numbers().any(|n| signature::verify(&n.app_secret, body, signed));
    let proof = match proof {
        Some(proof) => proof,
        None if known() => return Ok(Vec::new()),
        None => return Err(wrong_signature()),
    };
    let proved: Vec<&Line> = pages.into_iter().filter(|l| l.keys.proof() == proof).collect();
    let source = Source { carrier, channel: channel(carrier) };
    match parse::parse(carrier, body, app.clock().now()) {
        Ok(items) => {
            let owner = |item: &HookItem| {
                let (_, id) = split(item.account()?);
                proved.iter().find(|l| l.line == id).map(|l| l.business_id)
            };
            Ok(by_business(source, items, owner))
        }
        Err(why) => {
            let first = proved.first().map(|l| l.business_id);
            Ok(first.map(|business| News { business, source, items: Vec::new(), problem: Some(why) }).into_iter().collect())
        }
    }
}

const fn channel(carrier: Carrier) -> Channel {
    if matches!(carrier, Carrier::Instagram) { Channel::Instagram } else { Channel::Messenger }
}

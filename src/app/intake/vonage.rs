//! Vonage's webhooks: proved with the signature secret of the account they name, read, given to the business of the number.

use super::{News, business_of, wrong_signature};
use crate::app::App;
use crate::app::lines::Line;
use crate::channels::vonage::{jwt, parse, sig};
use crate::domain::error::Result;
use crate::domain::house::conversation::Channel;
use crate::domain::house::hook::Source;
use crate::domain::house::line::Carrier;

/// A webhook as it came.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// `Authorization`.
    pub authorization: &'a str,
    /// The query of the address; the older API writes everything there.
    pub query: &'a str,
    /// Whether the body is a form.
    pub is_form: bool,
    /// The raw body.
    pub body: &'a [u8],
    /// News of a message of ours rather than a message.
    pub is_status: bool,
}

/// Checks the signature, then reads. A wrong one is an error, and nothing is kept. With the news comes the body to keep: that of the
/// older API may have come as a query or form, and is kept as JSON.
pub fn read(app: &App, signed: &Signed<'_>) -> Result<(Vec<News>, Vec<u8>)> {
    let (directory, now) = (app.directory(), app.clock().now());
    let lines: Vec<&Line> = directory.lines().filter(|l| l.carrier == Carrier::Vonage).collect();
    let (proof, body) = if signed.authorization.is_empty() {
        let all = sig::parameters(signed.query, signed.is_form, signed.body);
        let proof = lines.iter().map(|l| l.keys.proof()).find(|p| sig::verify(p, &all, now)).ok_or_else(wrong_signature)?;
        (proof, serde_json::json!(all).to_string().into_bytes())
    } else {
        let mut tried = lines.clone();
        if let Some(claims) = jwt::claimed(signed.authorization) {
            tried.sort_by_key(|l| l.keys.account() != claims.api_key);
        }
        let fits = |l: &&Line| jwt::verify(&l.keys.proof(), signed.authorization, signed.body, now).is_some();
        let proof = tried.into_iter().find(fits).map(|l| l.keys.proof()).ok_or_else(wrong_signature)?;
        (proof, signed.body.to_vec())
    };
    let proved: Vec<&Line> = lines.into_iter().filter(|l| l.keys.proof() == proof).collect();
    let hook = if signed.is_status { parse::status(&body, now) } else { parse::inbound(&body, now) };
    let (number, channel, items, problem) = match hook {
        Ok(hook) => (hook.line, hook.channel, hook.item.into_iter().collect(), None),
        Err(why) => (String::new(), Channel::Sms, Vec::new(), Some(why)),
    };
    let Some(line) = business_of(&proved, &number) else {
        tracing::info!("a webhook for a number at Vonage nobody has connected");
        return Ok((Vec::new(), body));
    };
    let source = Source { carrier: Carrier::Vonage, channel };
    Ok((vec![News { business: line.business_id, source, items, problem }], body))
}

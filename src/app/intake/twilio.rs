//! Twilio's webhooks: proved with the token of the account they name, read, given to the business of the number.

use super::{News, business_of, wrong_signature};
use crate::app::App;
use crate::app::lines::Line;
use crate::channels::twilio::{self, Signed, parse};
use crate::domain::error::Result;
use crate::domain::house::conversation::Channel;
use crate::domain::house::hook::Source;
use crate::domain::house::line::Carrier;

/// Checks the signature, then reads. `callback` is our own id of the message a status is about. A wrong signature is an error, and
/// nothing is kept.
pub fn read(app: &App, signed: &Signed<'_>, callback: Option<&str>) -> Result<Vec<News>> {
    let directory = app.directory();
    let (sid, number) = parse::named(signed.body);
    let mut lines: Vec<&Line> = directory.lines().filter(|l| l.carrier == Carrier::Twilio).collect();
    // What the form says of itself is only a guess, but nearly always the right token.
    lines.sort_by_key(|l| (l.keys.account() != sid, l.line != number));
    let proof = lines.iter().map(|l| l.keys.proof()).find(|p| twilio::verify(p, signed)).ok_or_else(wrong_signature)?;
    let proved: Vec<&Line> = lines.into_iter().filter(|l| l.keys.proof() == proof).collect();
    let now = app.clock().now();
    let (line, news) = match parse::parse(signed.body, callback, now) {
        Ok(hook) => {
            let of_number = business_of(&proved, &hook.line);
            let line = proved.iter().find(|l| !hook.service.is_empty() && l.line == hook.service).copied().or(of_number);
            (line, (hook.channel, hook.items, None))
        }
        Err(why) => (business_of(&proved, &number), (Channel::Sms, Vec::new(), Some(why))),
    };
    let Some(line) = line else {
        tracing::info!("a webhook for a number at Twilio nobody has connected");
        return Ok(Vec::new());
    };
    let (channel, items, problem) = news;
    Ok(vec![News { business: line.business_id, source: Source { carrier: Carrier::Twilio, channel }, items, problem }])
}

//! Looks into the inboxes of a business. A letter is taken in the transaction that writes down how far the inbox was read, so a process
//! that is killed in between takes it again, and nothing twice.

use super::Work;
use crate::app::{mailbox, media};
use crate::channels::email::client::{Client, Fetched, Inbox};
use crate::channels::email::problems::of_bounce;
use crate::domain::error::{Error, Result};
use crate::domain::event;
use crate::domain::house::line::Carrier;
use crate::domain::house::message::{Problem, ProblemClass};
use crate::domain::time::{DAY_MS, Time};
use crate::services::house::mail::{self, Found, Taken};
use crate::store::events::{About, insert_event};
use crate::store::house::erasure::unused_media;
use crate::store::house::mail as rows;
use crate::store::{jobs, meta};
use crate::telemetry::breakpoint;
use serde_json::json;
use std::io::ErrorKind;

/// Letters taken from an inbox in one go; the others a minute later.
const MOST: usize = 40;

pub(super) async fn run(w: &Work<'_>) -> Result<()> {
    let directory = w.app.directory();
    let boxes: Vec<(String, Client)> = directory
        .lines_of(w.business.id)
        .filter(|l| l.carrier == Carrier::Email)
        .filter_map(|l| Some((l.carrier.account(&l.line), mailbox::of_line(w.app, l)?)))
        .filter(|(_, client)| client.has_inbox())
        .collect();
    if boxes.is_empty() {
        let id = w.id;
        let gone = w.file.write(move |tx| {
            mail::unwatch(tx)?;
            jobs::finish_job(tx, id)
        });
        return gone.await;
    }
    let mut failed = None;
    for (account, client) in boxes {
        let looked = match look(w, &account, &client).await {
            Ok(Err(problem)) => tell(w, account, problem).await,
            looked => looked.map(drop),
        };
        // One that cannot be read holds up no other.
        if let Err(e) = looked {
            tracing::warn!(business = %w.business.id, error = %e, "an inbox was left for the next try");
            failed = failed.or(Some(e));
        }
    }
    match failed {
        Some(e) => Err(e),
        None => w.finish().await,
    }
}

/// Takes what is new. The outer error is ours, the inner one the mail server's.
async fn look(w: &Work<'_>, account: &str, client: &Client) -> Result<std::result::Result<(), Problem>> {
    let mut inbox = match client.open_inbox().await {
        Ok(inbox) => inbox,
        Err(problem) => return Ok(Err(problem)),
    };
    let done = take_new(w, account, &mut inbox).await?;
    inbox.close().await;
    Ok(done)
}

async fn take_new(w: &Work<'_>, account: &str, inbox: &mut Inbox) -> Result<std::result::Result<(), Problem>> {
    let uid_validity = inbox.uid_validity();
    let name = account.to_owned();
    let (known, begun) = w.file.read(move |tx| Ok((rows::find_mailbox(tx, &name)?, mail::begun(tx, &name)?))).await?;
    let known = known.filter(|row| row.uid_validity != 0);
    let anew = known.as_ref().is_some_and(|row| row.uid_validity != uid_validity);
    let new = match &known {
        // The first look: what is there was answered by people. From now on.
        None => begin(inbox).await,
        Some(row) if !anew => inbox.after(row.uid).await.map(|new| (row.uid, new)),
        // Numbered anew: everything since the last look, and what was taken before is known by its mark. When nothing came since,
        // the new numbers begin after what is there.
        Some(row) => match inbox.since(&day_before(row.read_at)).await {
            Ok(new) if new.is_empty() => begin(inbox).await,
            found => found.map(|new| (0, new)),
        },
    };
    let (from, new) = match new {
        Ok(found) => found,
        Err(problem) => return Ok(Err(problem)),
    };
    if new.is_empty() {
        let (name, first) = (account.to_owned(), known.is_none());
        let noted = w.file.write(move |tx| {
            if first {
                mail::begin(tx, &name)?;
            }
            rows::upsert_mailbox(tx, &name, uid_validity, from)
        });
        noted.await?;
    }
    // What is numbered anew is taken at once, for the next look goes by number and not by day. What was there before the first look
    // has no mark; it is told by its date.
    let (most, since) = if anew { (usize::MAX, begun) } else { (MOST, None) };
    for uid in new.into_iter().take(most) {
        let got = match inbox.fetch(uid).await {
            Ok(got) => got,
            Err(problem) => return Ok(Err(problem)),
        };
        breakpoint::reach("mail.fetched");
        let got = got.filter(|g| !is_before(g, since));
        let taken = match take(w, account, uid_validity, uid, got).await {
            Ok(taken) => taken,
            Err(e) if is_passed_by(w, account, uid_validity, uid, &e).await? => Taken::Left,
            // It is tried again with the next look, before those that came after it.
            Err(_) => return Ok(Ok(())),
        };
        breakpoint::reach("mail.taken");
        // Only for people who look into the same inbox; nothing depends on it.
        if taken == Taken::Stored
            && let Err(problem) = inbox.mark_seen(uid).await
        {
            tracing::debug!(detail = problem.detail, "a letter could not be marked as read");
        }
    }
    Ok(Ok(()))
}

/// The number of the last letter there is, and none to take.
async fn begin(inbox: &mut Inbox) -> std::result::Result<(u32, Vec<u32>), Problem> {
    match inbox.last_uid() {
        Some(last) => Ok((last, vec![])),
        None => Ok((inbox.after(0).await?.last().copied().unwrap_or(0), vec![])),
    }
}

fn is_before(got: &Fetched, since: Option<Time>) -> bool {
    let written = got.letter.as_ref().and_then(|l| l.at);
    since.zip(written).is_some_and(|(since, written)| written < since)
}

async fn take(w: &Work<'_>, account: &str, uid_validity: u32, uid: u32, got: Option<Fetched>) -> Result<Taken> {
    let account = account.to_owned();
    let Some(Fetched { bytes, letter: Some(letter), whole }) = got else {
        // Gone meanwhile, older than the first look, or no letter anybody can read: it stays in the inbox for people.
        tracing::info!(business = %w.business.id, uid, "a letter was passed by");
        let passed =
            w.file.write(move |tx| mail::pass_by(tx, &Found { account: &account, uid_validity, uid, media: None }).map(|()| Taken::Left));
        return passed.await;
    };
    // Letters nobody will see are not kept.
    let keep = whole && letter.bounce.is_none();
    let name = if keep { Some(media::keep(w.app, w.business.id, bytes).await?) } else { None };
    let bounced = letter.bounce.as_ref().map(|b| of_bounce(&b.status, &b.words));
    let taken = w.file.write(move |tx| {
        let profile = meta::find_profile(tx)?;
        let found = Found { account: &account, uid_validity, uid, media: name.as_deref() };
        let taken = mail::take(tx, &profile, &found, &letter, bounced.as_ref())?;
        let unused = if taken == Taken::Stored { vec![] } else { unused_media(tx, name.into_iter().collect())? };
        Ok((taken, unused))
    });
    let (taken, unused) = taken.await?;
    for name in unused {
        media::remove(w.app, w.business.id, &name).await?;
    }
    Ok(taken)
}

/// Whether a letter that cannot be taken is given up, so that those behind it are. A full disk is the fault of no letter.
async fn is_passed_by(w: &Work<'_>, account: &str, uid_validity: u32, uid: u32, e: &Error) -> Result<bool> {
    let cause = e.source.as_ref().and_then(|s| s.downcast_ref::<std::io::Error>()).map(std::io::Error::kind);
    tracing::warn!(business = %w.business.id, uid, error = %e, cause = ?e.source, "a letter could not be taken");
    if matches!(cause, Some(ErrorKind::StorageFull | ErrorKind::QuotaExceeded)) {
        return Ok(false);
    }
    let account = account.to_owned();
    w.file.write(move |tx| mail::could_not_take(tx, &Found { account: &account, uid_validity, uid, media: None })).await
}

/// The owner sees why an inbox cannot be read, once; the next look is a minute away.
async fn tell(w: &Work<'_>, account: String, problem: Problem) -> Result<()> {
    tracing::info!(business = %w.business.id, class = ?problem.class, "an inbox could not be read");
    let told = w.file.write(move |tx| {
        // A line that was lost for a moment is no news.
        let words = if problem.class == ProblemClass::Transient {
            problem.meaning.clone()
        } else {
            format!("{} {}", problem.meaning, problem.detail)
        };
        if rows::update_mailbox_problem(tx, &account, &words)? {
            let data = json!({ "channel": Carrier::Email.as_str(), "code": problem.code, "meaning": problem.meaning });
            insert_event(tx, event::CHANNEL, About::default(), data)?;
        }
        Ok(())
    });
    told.await
}

/// The day before a moment, as inboxes are searched by: servers count days by their own clock.
fn day_before(at: Time) -> String {
    at.plus_ms(-DAY_MS).in_zone("UTC").strftime("%-d-%b-%Y").to_string()
}

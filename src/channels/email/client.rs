//! A mailbox of ours: sends letters, and opens the inbox.

use super::build::build;
use super::parse;
use super::problems::{problem_of, send_error};
use crate::channels::outcome::{SendError, Sent};
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::mail::{Letter, Outgoing};
use crate::domain::house::message::{MediaKind, Problem, ProblemClass};
use crate::net::client::Net;
use crate::net::imap;
use crate::net::mail::Server;
use std::sync::Arc;

/// Largest letter that is fetched whole, in bytes; providers send none larger than 25 to 35 MB.
pub const WHOLE_BYTES: usize = 26 << 20;
/// What is fetched of a larger one: its headers and the beginning of what it says.
pub const HEAD_BYTES: usize = 256 << 10;

/// Where letters go out and come in.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Our address.
    pub from: String,
    /// Our name beside it.
    pub name: String,
    /// Takes our letters.
    pub outgoing: Server,
    /// Has our inbox; none: letters only go out.
    pub incoming: Option<Server>,
}

/// Speaks for one address.
#[derive(Clone)]
pub struct Client {
    net: Arc<Net>,
    settings: Settings,
}

/// An inbox that is open.
pub struct Inbox(imap::Inbox);

/// A letter as it was fetched.
pub struct Fetched {
    /// Its bytes, or the first of them.
    pub bytes: Vec<u8>,
    /// What it says; none when nobody can read it.
    pub letter: Option<Letter>,
    /// These are all of its bytes.
    pub whole: bool,
}

impl Client {
    /// A client for an address.
    pub const fn new(net: Arc<Net>, settings: Settings) -> Self {
        Self { net, settings }
    }

    /// Whether there is an inbox.
    pub const fn has_inbox(&self) -> bool {
        self.settings.incoming.is_some()
    }

    /// Our name beside our address.
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// Hands a letter over, once; the caller tries again as the error says. The id it is sent under is the letter's own.
    pub async fn send(&self, letter: &Outgoing) -> std::result::Result<Sent, SendError> {
        let (envelope, mail_id) = build(&self.settings.from, letter).map_err(|e| {
            SendError::Refused(Problem { code: 0, detail: e.message.clone(), meaning: e.message, class: ProblemClass::Content })
        })?;
        self.net.send_mail(&self.settings.outgoing, &envelope).await.map_err(|f| send_error(&f))?;
        Ok(Sent { provider_id: mail_id, held: false })
    }

    /// Signs in at both ends: proves that what was entered fits together. Why it does not, and at which end.
    pub async fn check(&self) -> std::result::Result<(), (Problem, End)> {
        let out = self.net.check_mail_out(&self.settings.outgoing, &self.settings.from).await;
        out.map_err(|f| (problem_of(&f), End::Outgoing))?;
        if self.has_inbox() {
            self.open_inbox().await.map_err(|p| (p, End::Incoming))?.close().await;
        }
        Ok(())
    }

    /// Opens the inbox.
    pub async fn open_inbox(&self) -> std::result::Result<Inbox, Problem> {
        let Some(server) = &self.settings.incoming else {
            let words = "No server for incoming mail is set.".to_owned();
            return Err(Problem { code: 0, detail: words.clone(), meaning: words, class: ProblemClass::Other });
        };
        self.net.open_inbox(server).await.map(Inbox).map_err(|f| problem_of(&f))
    }
}

/// An end of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// SMTP.
    Outgoing,
    /// IMAP.
    Incoming,
}

impl Inbox {
    /// Changes when the server numbers its letters anew.
    pub const fn uid_validity(&self) -> u32 {
        self.0.uid_validity
    }
    /// The number of the last letter there is, when the server says.
    pub fn last_uid(&self) -> Option<u32> {
        self.0.uid_next.map(|n| n.saturating_sub(1))
    }
    /// Numbers of the letters after `uid`, in order.
    pub async fn after(&mut self, uid: u32) -> std::result::Result<Vec<u32>, Problem> {
        self.0.after(uid).await.map_err(|f| problem_of(&f))
    }
    /// Numbers of the letters since a day such as `21-Nov-2026`, in order.
    pub async fn since(&mut self, day: &str) -> std::result::Result<Vec<u32>, Problem> {
        self.0.since(day).await.map_err(|f| problem_of(&f))
    }
    /// A letter, read away from the threads that serve: one that breaks the reader is given back unread. None when it is gone.
    pub async fn fetch(&mut self, uid: u32) -> std::result::Result<Option<Fetched>, Problem> {
        let failed = |f| problem_of(&f);
        let Some(mut got) = self.0.fetch(uid, HEAD_BYTES).await.map_err(failed)? else { return Ok(None) };
        if !got.whole
            && got.size.is_none_or(|size| size <= WHOLE_BYTES)
            // A line too slow for the whole letter must not hold up every other: its beginning is taken then.
            && let Ok(Some(more)) = self.0.fetch(uid, WHOLE_BYTES).await
        {
            got = more;
        }
        let whole = got.whole;
        let reading = tokio::task::spawn_blocking(move || {
            let letter = std::panic::catch_unwind(|| parse::read(&got.bytes, whole)).ok().flatten();
            Fetched { bytes: got.bytes, letter, whole }
        });
        Ok(reading.await.ok())
    }
    /// Marks a letter as read, for people who look into the same inbox.
    pub async fn mark_seen(&mut self, uid: u32) -> std::result::Result<(), Problem> {
        self.0.mark_seen(uid).await.map_err(|f| problem_of(&f))
    }
    /// Says goodbye.
    pub async fn close(self) {
        self.0.close().await;
    }
}

/// What a file of a letter is called while it is still inside: the letter's own file, and which part.
pub fn part_id(media: &str, part: u32) -> String {
    format!("mail:{media}:{part}")
}

/// The letter's file and the part an id names.
pub fn split_part_id(id: &str) -> Option<(&str, u32)> {
    let (media, part) = id.strip_prefix("mail:")?.split_once(':')?;
    Some((media, part.parse().ok()?))
}

/// Takes a file out of a letter, never more than its kind may have. Its bytes and their type.
pub async fn take_part(letter: Vec<u8>, part: u32, kind: MediaKind) -> Result<(Vec<u8>, String)> {
    let taking = tokio::task::spawn_blocking(move || parse::part(&letter, part));
    let found = taking.await.ok().flatten().ok_or_else(|| Error::denied("The letter's file cannot be read."))?;
    if found.0.len() as u64 > kind.cap_bytes() {
        return Err(Error::new(Kind::TooLarge, format!("The file is larger than {} MB.", (kind.cap_bytes() >> 20).max(1))));
    }
    Ok(found)
}

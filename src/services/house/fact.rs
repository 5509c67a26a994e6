//! Remembers what customers tell about themselves, and forgets it when asked.

use crate::domain::error::{Error, Result};
use crate::domain::house::fact::{DETAIL_CHARS, Fact, Kind, Proposal};
use crate::domain::house::message::{Direction, Message};
use crate::domain::id::Id;
use crate::domain::text::{clip, fold};
use crate::domain::time::Time;
use crate::store::house::{fact, message};
use crate::store::tx::{Read, Tx};

/// Messages looked at for the words a proposal quotes.
const LOOKED_AT: u32 = 12;
/// Facts kept of one contact at most.
pub const MOST: usize = 60;

/// Keeps what a model read in a customer's message of this thread. What quotes no message of the customer is refused,
/// and so are numbers of cards and the like. What was kept.
pub fn remember(tx: &mut Tx<'_>, contact: Id, conversation: Id, proposals: &[Proposal], source: &str, confidence: u8) -> Result<Vec<Fact>> {
    let recent = message::list_messages(tx, conversation, None, LOOKED_AT)?;
    let known = fact::list_facts(tx, contact)?.len();
    let mut kept = Vec::new();
    for p in proposals {
        let from = source_of(&recent, p)?;
        check(p)?;
        if known + kept.len() >= MOST {
            return Err(Error::conflict("Too much is remembered of this customer already. Forget something first."));
        }
        let now = tx.now;
        let f = Fact {
            id: Id::new(now),
            kind: p.kind,
            text: clip(&p.text(), DETAIL_CHARS),
            detail: clip(p.detail.trim(), DETAIL_CHARS),
            message_id: Some(from),
            source: source.to_owned(),
            confidence,
            created_at: now,
            expires_at: p.expires(now),
        };
        let id = fact::upsert_fact(tx, contact, &p.slot(), &f)?;
        kept.push(Fact { id, ..f });
    }
    Ok(kept)
}

fn check(p: &Proposal) -> Result<()> {
    if p.detail.trim().is_empty() {
        return Err(Error::field("detail", "There is nothing to remember."));
    }
    if p.is_secret() {
        return Err(Error::field("detail", "Card numbers, account numbers and passwords are not remembered."));
    }
    Ok(())
}

/// The customer's newest message that holds the quoted words.
fn source_of(recent: &[Message], p: &Proposal) -> Result<Id> {
    let quote = fold(p.quote.trim());
    let holds = |m: &&Message| m.direction == Direction::In && !quote.is_empty() && fold(&m.content.words()).contains(&quote);
    let found = recent.iter().rev().find(holds).map(|m| m.id);
    found.ok_or_else(|| Error::field("quote", "The customer did not write these words. Quote a message of theirs."))
}

/// What a member writes down or changes.
#[derive(Debug, Clone, Default)]
pub struct Written {
    /// The fact itself; none leaves it.
    pub text: Option<String>,
    /// What it is about; none leaves it.
    pub kind: Option<Kind>,
    /// When it ends; `Some(None)` for never, none leaves it.
    pub expires_at: Option<Option<Time>>,
}

/// A member writes a fact down.
pub fn add(tx: &mut Tx<'_>, contact: Id, w: &Written, by: &str) -> Result<Fact> {
    let p = Proposal {
        kind: w.kind.unwrap_or(Kind::Other),
        label: String::new(),
        detail: w.text.clone().unwrap_or_default(),
        quote: String::new(),
    };
    check(&p)?;
    if fact::list_facts(tx, contact)?.len() >= MOST {
        return Err(Error::conflict("Too much is remembered of this customer already. Forget something first."));
    }
    let now = tx.now;
    let f = Fact {
        id: Id::new(now),
        kind: p.kind,
        text: clip(p.detail.trim(), DETAIL_CHARS),
        detail: clip(p.detail.trim(), DETAIL_CHARS),
        message_id: None,
        source: by.to_owned(),
        confidence: 100,
        created_at: now,
        expires_at: w.expires_at.unwrap_or_else(|| p.expires(now)),
    };
    let id = fact::upsert_fact(tx, contact, &p.slot(), &f)?;
    Ok(Fact { id, ..f })
}

/// A member corrects a fact; its source is the member from now on.
pub fn change(tx: &mut Tx<'_>, contact: Id, id: Id, w: &Written, by: &str) -> Result<Fact> {
    let old = fact::find_fact(tx, contact, id)?;
    let same = w.text.as_deref().is_none_or(|t| t.trim() == old.text) && w.kind.is_none_or(|k| k == old.kind);
    let kind = w.kind.unwrap_or(old.kind);
    let text = w.text.as_ref().map_or_else(|| old.text.clone(), |t| clip(t.trim(), DETAIL_CHARS));
    // A label stays in front of an address: "office: 12 Marina".
    let (label, detail) = match text.split_once(": ") {
        Some((l, d)) if matches!(kind, Kind::Address | Kind::Occasion) && l.split(' ').count() <= 3 => (l.to_owned(), d.to_owned()),
        _ => (String::new(), if same { old.detail.clone() } else { text.clone() }),
    };
    let p = Proposal { kind, label, detail, quote: String::new() };
    check(&p)?;
    let f = Fact {
        kind,
        text,
        detail: p.detail.clone(),
        source: if same { old.source.clone() } else { by.to_owned() },
        confidence: if same { old.confidence } else { 100 },
        expires_at: w.expires_at.unwrap_or(old.expires_at),
        created_at: old.created_at,
        id,
        message_id: if same { old.message_id } else { None },
    };
    // Its slot may be another's now: the corrected one wins.
    fact::forget_facts(tx, contact, &[id])?;
    let f = Fact { id: Id::new(tx.now), ..f };
    let id = fact::upsert_fact(tx, contact, &p.slot(), &f)?;
    Ok(Fact { id, ..f })
}

/// Forgets one fact.
pub fn forget(tx: &mut Tx<'_>, contact: Id, id: Id) -> Result<()> {
    fact::find_fact(tx, contact, id)?;
    fact::forget_facts(tx, contact, &[id]).map(drop)
}

/// Forgets what is about some words ("my address", "peanuts"), or everything. What it was.
pub fn forget_about(tx: &mut Tx<'_>, contact: Id, about: Option<&str>) -> Result<Vec<Fact>> {
    let known = matching(tx, contact, about)?;
    let ids: Vec<Id> = known.iter().map(|f| f.id).collect();
    fact::forget_facts(tx, contact, &ids)?;
    Ok(known)
}

fn matching(tx: &Read<'_>, contact: Id, about: Option<&str>) -> Result<Vec<Fact>> {
    let mut known = fact::list_facts(tx, contact)?;
    if let Some(words) = about.map(fold).filter(|w| !w.trim().is_empty()) {
        let plain = ["my", "the", "that", "about", "me", "and", "for", "what", "you", "know", "am", "have"];
        let wanted: Vec<&str> = words.split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() > 1 && !plain.contains(w)).collect();
        known.retain(|f| {
            let text = fold(&format!("{} {} {}", f.kind.as_str(), f.kind.title(), f.text));
            wanted
                .iter()
                .any(|w| text.split(|c: char| !c.is_alphanumeric()).any(|t| t == *w || w.len() > 4 && t.starts_with(&w[..w.len() - 2])))
        });
    }
    Ok(known)
}

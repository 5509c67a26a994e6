//! Letters: what came is stored once with what it sets in motion; what goes out is put together here and sent by a job.
//!
//! A letter says of itself whom it is from, and nothing proves it. So it never speaks for a member, a machine's letter makes nobody a
//! customer and is never answered, and where our own mail server found a forged sender a person is asked first.

use crate::domain::error::Result;
use crate::domain::house::approval::{Approval, Standing};
use crate::domain::house::business::Profile;
use crate::domain::house::contact::{Identity, IdentityKind};
use crate::domain::house::conversation::Channel;
use crate::domain::house::line::split;
use crate::domain::house::mail::{Automatic, Bounce, Letter, Outgoing, answering, is_answer, one_line};
use crate::domain::house::member::Member;
use crate::domain::house::message::{Author, Content, Delivery, File, Inbound, Message, Problem, Receipt};
use crate::domain::id::Id;
use crate::domain::job::Job;
use crate::domain::time::{MINUTE_MS, Time};
use crate::services::house::{approval as questions, conversation, inbound};
use crate::store::house::{approval, contact, mail, message};
use crate::store::tx::{Read, Tx};
use crate::store::{jobs, meta};

/// How often inboxes are looked into.
const EVERY_MS: i64 = MINUTE_MS;
/// Name of that recurring work.
const SCHEDULE: &str = "mail";

/// From now on the business's inboxes are looked into, at once and then again and again.
pub fn watch(tx: &mut Tx<'_>) -> Result<()> {
    let now = tx.now;
    jobs::upsert_schedule(tx, SCHEDULE, &Job::CheckMail, EVERY_MS)?;
    jobs::enqueue_job(tx, &Job::CheckMail, now, Some(&format!("schedule:{SCHEDULE}")))
}

/// There is no inbox any more.
pub fn unwatch(tx: &mut Tx<'_>) -> Result<()> {
    jobs::delete_schedule(tx, SCHEDULE)
}

/// Under this name and the account stands when an inbox was looked into first.
const BEGUN: &str = "mail_begun:";

/// Notes that an inbox is looked into for the first time: what is in it already is left to people.
pub fn begin(tx: &mut Tx<'_>, account: &str) -> Result<()> {
    let now = tx.now.millis().to_string();
    meta::upsert_meta(tx, &format!("{BEGUN}{account}"), &now)
}

/// When an inbox was looked into first; none when that was not noted.
pub fn begun(tx: &Read<'_>, account: &str) -> Result<Option<Time>> {
    let noted = meta::find_meta(tx, &format!("{BEGUN}{account}"))?;
    Ok(noted.and_then(|at| at.parse().ok()).map(Time::from_millis))
}

/// Where a letter was found.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// Our account: `email:` and our address.
    pub account: &'a str,
    /// Which numbering its number belongs to.
    pub uid_validity: u32,
    /// Its number.
    pub uid: u32,
    /// The file that holds all of it; none when it was too large.
    pub media: Option<&'a str>,
}

/// What came of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It is in a conversation.
    Stored,
    /// It was here before.
    Before,
    /// It is nobody's message: left where it was.
    Left,
}

/// Takes a letter, once, and writes down that the inbox was read so far, in the same transaction.
pub fn take(tx: &mut Tx<'_>, profile: &Profile, found: &Found<'_>, letter: &Letter, bounced: Option<&Problem>) -> Result<Taken> {
    mail::upsert_mailbox(tx, found.account, found.uid_validity, found.uid)?;
    if let (Some(bounce), Some(problem)) = (&letter.bounce, bounced) {
        return settle(tx, bounce, problem);
    }
    let identity = Identity { kind: IdentityKind::Email, value: letter.from.clone() };
    let is_ours = split(found.account).1.eq_ignore_ascii_case(&letter.from);
    if is_ours || (letter.machine.is_some() && contact::find_contact_id(tx, &identity)?.is_none()) {
        return Ok(Taken::Left);
    }
    let main = format!("mail:{}", letter.mark);
    if message::find_message_by_provider(tx, &main)?.is_some() {
        return Ok(Taken::Before);
    }
    let quiet = letter.machine.is_some() || letter.forged;
    let mut first = None;
    for (n, content) in contents(letter, found.media).into_iter().enumerate() {
        let m = Inbound {
            provider_id: if n == 0 { main.clone() } else { format!("{main}:{n}") },
            identities: vec![identity.clone()],
            name: letter.name.clone(),
            at: letter.at.unwrap_or(tx.now),
            content,
            reply_to: letter.in_reply_to.clone(),
            forwarded: false,
            referral: None,
            echo: false,
        };
        let stored = match quiet {
            true => inbound::keep(tx, profile, Channel::Email, found.account, &m)?,
            false => inbound::receive(tx, profile, Channel::Email, found.account, &m, None)?,
        };
        first = first.or(stored);
    }
    let Some(first) = first else { return Ok(Taken::Before) };
    mail::insert_mail(tx, first.message_id, letter, found.media)?;
    if letter.forged && letter.machine.is_none() {
        let summary = format!("Your mail server says that {} did not write this. Ask before you answer.", letter.from);
        conversation::ask_person(tx, first.conversation_id, "The sender may be forged.", &summary)?;
    }
    Ok(Taken::Stored)
}

/// A letter nobody can read is passed by, so that it holds up no other.
pub fn pass_by(tx: &mut Tx<'_>, found: &Found<'_>) -> Result<()> {
    mail::upsert_mailbox(tx, found.account, found.uid_validity, found.uid)
}

/// Under this name and the account stands which letter could not be taken, and how often that was tried.
const STUCK: &str = "mail_stuck:";
/// Looks, a minute apart, before a letter that cannot be taken is passed by.
const LOOKS: u32 = 8;

/// Notes that a letter could not be taken. True when that was tried often enough: it is passed by, and stays in the inbox for people.
pub fn could_not_take(tx: &mut Tx<'_>, found: &Found<'_>) -> Result<bool> {
    let key = format!("{STUCK}{}", found.account);
    let letter = format!("{}:{} ", found.uid_validity, found.uid);
    let noted = meta::find_meta(tx, &key)?.unwrap_or_default();
    let tries = noted.strip_prefix(&letter).and_then(|n| n.parse::<u32>().ok()).unwrap_or(0) + 1;
    if tries < LOOKS {
        meta::upsert_meta(tx, &key, &format!("{letter}{tries}"))?;
        return Ok(false);
    }
    pass_by(tx, found).map(|()| true)
}

/// News that a letter of ours came back. What is still tried changes nothing.
fn settle(tx: &mut Tx<'_>, bounce: &Bounce, problem: &Problem) -> Result<Taken> {
    if !bounce.is_final() {
        return Ok(Taken::Left);
    }
    let receipt = Receipt {
        provider_id: bounce.of.clone(),
        callback: bounce.of.split('@').next().map(str::to_owned),
        delivery: Delivery::Failed,
        at: tx.now,
        problem: Some(problem.clone()),
        price_category: None,
    };
    Ok(if inbound::settle(tx, &receipt)? { Taken::Stored } else { Taken::Left })
}

/// The messages a letter is: its words, then its files.
fn contents(letter: &Letter, media: Option<&str>) -> Vec<Content> {
    let mut words = letter.text.clone();
    // What a letter is about is often said in its subject alone.
    if !letter.subject.is_empty() && !is_answer(&letter.subject) && !words.contains(&letter.subject) {
        words = if words.is_empty() { letter.subject.clone() } else { format!("{}\n\n{words}", letter.subject) };
    }
    if let Some(machine) = letter.machine {
        words = format!("({})\n{words}", machine.title());
    }
    if letter.left_out > 0 {
        let why = if media.is_none() { "This letter is too large to be fetched whole." } else { "More files are in the letter." };
        words = format!("{words}\n\n({why} Open it in your mailbox.)");
    }
    let file = |at: &crate::domain::house::mail::Attached| Content::Media {
        media: at.kind,
        file: File {
            provider_id: media.map(|name| format!("mail:{name}:{}", at.part)),
            mime: at.mime.clone(),
            filename: at.filename.clone(),
            ..File::default()
        },
    };
    let words = Some(words.trim().to_owned()).filter(|w| !w.is_empty() || letter.files.is_empty());
    let words = words.map(|w| Content::text(if w.is_empty() { "(An empty letter.)".to_owned() } else { w }));
    words.into_iter().chain(letter.files.iter().map(file)).collect()
}

/// A letter that carries a message: its subject and thread are those of the letter it answers. Its words and files are the caller's.
pub fn outgoing(tx: &Read<'_>, m: &Message, to: &str, name: &str) -> Result<Outgoing> {
    let last = mail::find_last_mail(tx, m.conversation_id)?;
    let automatic = match (m.author, &last) {
        (Author::Steward, Some(_)) => Automatic::Reply,
        (Author::Steward, None) => Automatic::Notice,
        _ => Automatic::No,
    };
    let (subject, in_reply_to, references) = match last {
        Some(last) => {
            let id = Some(last.mail_id).filter(|id| !id.is_empty());
            let references = last.earlier.into_iter().chain(id.clone()).collect();
            (answering(&last.subject), id, references)
        }
        None => (format!("Message from {}", one_line(name, 100)), None, vec![]),
    };
    Ok(Outgoing {
        name: name.to_owned(),
        to: to.to_owned(),
        subject,
        key: m.id.to_string(),
        in_reply_to,
        references,
        text: String::new(),
        link: None,
        files: vec![],
        automatic,
        at: tx.now,
    })
}

/// Plans a letter to each of these members about a question, once. Those who have voted are left out.
pub fn plan_letters(tx: &mut Tx<'_>, a: &Approval, members: &[Member]) -> Result<()> {
    let (policy, currency, now) = (questions::policy(tx)?, meta::find_profile(tx)?.currency, tx.now);
    for m in members {
        let may = questions::may(&policy, m.id, m.role, a.question.amount, currency);
        let voted = a.votes.iter().any(|v| v.voter == questions::voter(m.id));
        if !may || voted {
            continue;
        }
        if let Some(id) = mail::insert_letter(tx, m.id, a.id, &format!("approval:{}:{}", a.id, m.id))? {
            jobs::enqueue_job(tx, &Job::SendLetter { letter_id: id }, now, None)?;
        }
    }
    Ok(())
}

/// A letter to a member that may leave now, with the question it is about. None when it must not: it left before, or the question is
/// settled. One that was leaving when the process stopped has an unknown outcome and is not sent again.
pub fn depart_letter(tx: &mut Tx<'_>, id: Id) -> Result<Option<(mail::LetterRow, Approval)>> {
    let row = mail::find_letter(tx, id)?;
    if row.state == Delivery::Sending {
        mail::update_letter(tx, id, Delivery::Unknown, "Steward was stopped while it was being sent.")?;
        return Ok(None);
    }
    if row.state != Delivery::Queued {
        return Ok(None);
    }
    let a = approval::find_approval(tx, row.approval_id)?;
    let voted = a.votes.iter().any(|v| v.voter == questions::voter(row.member_id));
    if a.standing != Standing::Open || voted || tx.now >= a.expires_at {
        mail::update_letter(tx, id, Delivery::Stopped, "")?;
        return Ok(None);
    }
    mail::update_letter(tx, id, Delivery::Sending, "")?;
    Ok(Some((row, a)))
}

/// What a member reads about a question. `link`: where they decide it; none when nobody reaches this server from outside.
pub fn about_question(a: &Approval, business: &str, to: &str, letter: Id, link: Option<String>, zone: &str, now: Time) -> Outgoing {
    let facts: Vec<String> = a.question.facts.iter().map(|(k, v)| format!("{k}: {v}")).collect();
    let until = a.expires_at.in_zone(zone).strftime("%-d %B, %H:%M").to_string();
    let how = match link {
        Some(_) => "The link below is yours alone: whoever opens it can decide in your name. Do not pass it on.",
        None => "Open Steward on your computer to decide.",
    };
    let text = format!("{}\n\n{}\n\nIt waits until {until}. {how}", a.question.title, facts.join("\n"));
    Outgoing {
        name: business.to_owned(),
        to: to.to_owned(),
        subject: format!("To decide: {}", one_line(&a.question.title, 150)),
        key: letter.to_string(),
        in_reply_to: None,
        references: vec![],
        text,
        link: link.map(|url| ("Look at it and decide".to_owned(), url)),
        files: vec![],
        automatic: Automatic::Notice,
        at: now,
    }
}

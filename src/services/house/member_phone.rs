//! Members on their own phones: a phone is verified by a message that comes from it, and from then on decides.
//!
//! Nothing here trusts what a message says of itself: who wrote it is what WhatsApp's signed webhook names.

use crate::domain::error::Result;
use crate::domain::house::approval::Approval;
use crate::domain::house::command;
use crate::domain::house::contact::IdentityKind;
use crate::domain::house::conversation::{Channel, Conversation};
use crate::domain::house::message::{Choice, Content, Inbound};
use crate::domain::id::{Id, fill_random};
use crate::domain::job::Job;
use crate::domain::time::{MINUTE_MS, Time};
use crate::services::buying::purchase;
use crate::services::house::outbound;
use crate::store::house::member_phone::{self, MemberPhone};
use crate::store::house::message::NewMessage;
use crate::store::house::{approval, message};
use crate::store::jobs;
use crate::store::meta;
use crate::store::tx::Tx;

/// How long a code counts.
const CODE_MS: i64 = 30 * MINUTE_MS;
/// What a code begins with.
const CODE_WORD: &str = "STEWARD";
/// Letters and digits nobody mistakes for one another: 32, so five bits each.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// Words that decide by themselves.
const YES: [&str; 5] = ["yes", "approve", "approved", "ok", "okay"];
const NO: [&str; 4] = ["no", "reject", "rejected", "decline"];
/// WhatsApp's longest text above buttons.
const BUTTONS_TEXT: usize = 1_000;

/// Makes a code a member must write to the business from the phone to be verified; the words to write. 40 random bits.
pub fn ask(tx: &mut Tx<'_>, member: Id, name: &str) -> Result<String> {
    let mut raw = [0u8; 8];
    fill_random(&mut raw);
    let letters: String = raw.iter().filter_map(|b| ALPHABET.get(usize::from(b % 32))).map(|b| char::from(*b)).collect();
    let until = tx.now.plus_ms(CODE_MS);
    member_phone::upsert_code(tx, member, name, &letters, until)?;
    Ok(words_of(&letters))
}

/// What a member writes for a code.
pub fn words_of(code: &str) -> String {
    format!("{CODE_WORD} {code}")
}

/// Heeds a message that is not a customer's: a code, a member's answer to a question, or what they ask to have bought. True when it was one; then no
/// turn follows.
pub fn heed(tx: &mut Tx<'_>, thread: &Conversation, m: &Inbound, message_id: Id) -> Result<bool> {
    if thread.channel != Channel::Whatsapp {
        return Ok(false);
    }
    let Some(phone) = m.identities.iter().find(|i| i.kind == IdentityKind::Phone).map(|i| i.value.clone()) else { return Ok(false) };
    match meant(&m.content) {
        Some(Meant::Code(code)) => verify(tx, thread, &phone, &code, message_id),
        Some(Meant::Answer(of, yes)) => match member_phone::find_member_of(tx, &phone)? {
            Some(member) => answer(tx, thread, &member, of, yes, message_id),
            None => Ok(false),
        },
        None if ordered(tx, &phone, &m.content, message_id)? => Ok(true),
        None => need(tx, thread, &phone, &m.content, message_id),
    }
}

/// A command from a verified phone is done by a job: what its member may do is in another file than this one.
fn ordered(tx: &mut Tx<'_>, phone: &str, content: &Content, message_id: Id) -> Result<bool> {
    let Content::Text { text } = content else { return Ok(false) };
    if command::read(text).is_none() {
        return Ok(false);
    }
    let Some(member) = member_phone::find_member_of(tx, phone)? else { return Ok(false) };
    let (job, now) = (Job::TakeCommand { member_id: member.member_id, message_id }, tx.now);
    jobs::enqueue_job(tx, &job, now, Some(&format!("command:{message_id}")))?;
    Ok(true)
}

/// What a message of a member may mean.
#[derive(Debug, PartialEq, Eq)]
enum Meant {
    Code(String),
    /// To this question, or to the only one that waits.
    Answer(Option<Id>, bool),
}

fn meant(content: &Content) -> Option<Meant> {
    match content {
        Content::Tapped { id, .. } => {
            let (of, word) = id.strip_prefix("approval:")?.split_once(':')?;
            Some(Meant::Answer(Some(of.parse().ok()?), word == "yes"))
        }
        Content::Text { text } => {
            let text = text.trim().trim_end_matches(['.', '!']);
            if let Some((word, code)) = text.split_once(' ')
                && word.eq_ignore_ascii_case(CODE_WORD)
            {
                return Some(Meant::Code(code.trim().to_ascii_uppercase()));
            }
            let is = |words: &[&str]| words.iter().any(|w| text.eq_ignore_ascii_case(w));
            match (is(&YES), is(&NO)) {
                (true, _) => Some(Meant::Answer(None, true)),
                (_, true) => Some(Meant::Answer(None, false)),
                _ => None,
            }
        }
        _ => None,
    }
}

fn verify(tx: &mut Tx<'_>, thread: &Conversation, phone: &str, code: &str, message_id: Id) -> Result<bool> {
    let Some(member) = member_phone::find_by_code(tx, code)? else { return Ok(false) };
    member_phone::update_verified(tx, member.member_id, phone)?;
    let text = format!("This phone is {}'s from now on. What Steward may not decide by itself is asked here.", member.name);
    say(tx, thread, message_id, &text)?;
    for a in approval::list_open_approvals(tx, 20)? {
        nudge_at(tx, a.id, tx.now)?;
    }
    Ok(true)
}

/// The answer is taken by a job: whether this member may decide is in another file than this one.
fn answer(tx: &mut Tx<'_>, thread: &Conversation, member: &MemberPhone, of: Option<Id>, yes: bool, message_id: Id) -> Result<bool> {
    let open = approval::list_open_approvals(tx, 2)?;
    let approval_id = match (of, open.as_slice()) {
        (Some(id), _) => id,
        (None, [only]) if message::is_intended(tx, &nudge_intent(only.id, member.member_id))? => only.id,
        // A bare word is no answer to what was not read: quiet hours, or WhatsApp's 24 hours, kept it away.
        (None, [_]) => {
            say(tx, thread, message_id, "A question waits that you have not read here yet. Open Steward to read it and to decide.")?;
            return Ok(true);
        }
        // Nothing is asked: the words are like any customer's.
        (None, []) => return Ok(false),
        (None, _) => {
            say(tx, thread, message_id, "More than one question waits. Tap the button under the one you mean.")?;
            return Ok(true);
        }
    };
    let job = Job::AnswerApproval { approval_id, member_id: member.member_id, yes, message_id, conversation_id: thread.id };
    let now = tx.now;
    jobs::enqueue_job(tx, &job, now, Some(&format!("answer:{message_id}")))?;
    Ok(true)
}

/// A member writes what the business needs. Whether they may ask is looked up by a job: that is in another file than this one.
fn need(tx: &mut Tx<'_>, thread: &Conversation, phone: &str, content: &Content, message_id: Id) -> Result<bool> {
    let Content::Text { text } = content else { return Ok(false) };
    let Some(member) = member_phone::find_member_of(tx, phone)? else { return Ok(false) };
    if !purchase::is_request(text, &meta::find_profile(tx)?, tx.now) {
        return Ok(false);
    }
    let job = Job::RequestPurchase { member_id: member.member_id, message_id, conversation_id: thread.id };
    let now = tx.now;
    jobs::enqueue_job(tx, &job, now, Some(&format!("purchase:{message_id}")))?;
    Ok(true)
}

/// Answers a message of a member, once, and marks it as taken up.
pub fn say(tx: &mut Tx<'_>, thread: &Conversation, message_id: Id, text: &str) -> Result<()> {
    let content = Content::text(text);
    let intent = format!("member:{message_id}");
    outbound::plan_note(tx, thread, &NewMessage::of_steward(thread.id, &content, &intent), message_id)
}

/// Plans that phones are told of a question at a time, once.
pub fn nudge_at(tx: &mut Tx<'_>, id: Id, at: Time) -> Result<()> {
    jobs::enqueue_job(tx, &Job::NudgeApproval { approval_id: id }, at, Some(&format!("nudge:{id}")))
}

/// What a question to a member is for: it is asked once, and what was never asked is not answered with a word.
fn nudge_intent(approval: Id, member: Id) -> String {
    format!("approval:{approval}:{member}")
}

/// Asks a member on the phone, once, with buttons. False when WhatsApp's 24 hours are over: then the question waits on the
/// dashboard only.
pub fn nudge(tx: &mut Tx<'_>, thread: &Conversation, member: &MemberPhone, a: &Approval) -> Result<bool> {
    if outbound::window_problem(thread, tx.now).is_some() {
        return Ok(false);
    }
    let facts: Vec<String> = a.question.facts.iter().map(|(k, v)| format!("{k}: {v}")).collect();
    let text = crate::domain::text::clip(&[a.question.title.clone(), facts.join("\n")].join("\n"), BUTTONS_TEXT);
    let choice =
        |word: &str, title: &str| Choice { id: format!("approval:{}:{word}", a.id), title: title.into(), description: String::new() };
    let content = Content::Buttons { text: text.trim().to_owned(), choices: vec![choice("yes", "Approve"), choice("no", "Reject")] };
    let intent = nudge_intent(a.id, member.member_id);
    Ok(outbound::plan(tx, thread, &NewMessage::of_steward(thread.id, &content, &intent))?.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_words_decide() {
        let said = |t: &str| meant(&Content::text(t));
        assert_eq!(said(" Yes! "), Some(Meant::Answer(None, true)));
        assert_eq!(said("reject"), Some(Meant::Answer(None, false)));
        assert_eq!(said("yes please send 2 jollof"), None);
        assert_eq!(said("steward k7p2qxm9"), Some(Meant::Code("K7P2QXM9".into())));
        let id = Id::new(Time::from_millis(5));
        let tapped = |id: String| meant(&Content::Tapped { id, title: "Approve".into() });
        assert_eq!(tapped(format!("approval:{id}:yes")), Some(Meant::Answer(Some(id), true)));
        assert_eq!(tapped("approval:7:yes".into()), None);
        assert_eq!(tapped("size:large".into()), None);
    }
}

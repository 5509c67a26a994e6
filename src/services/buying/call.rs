//! A negotiation: its first message, what the vendor says, what we answer, its end.

use crate::domain::buying::call::{By, Call, Quote, State, Ways};
use crate::domain::buying::policy::{End, Limits, Move};
use crate::domain::buying::purchase::Purchase;
use crate::domain::buying::quote::{Context, read};
use crate::domain::buying::quote_model;
use crate::domain::buying::vendor::Vendor;
use crate::domain::buying::words::Letter;
use crate::domain::error::{Error, Result};
use crate::domain::event;
use crate::domain::house::contact::{Identity, IdentityKind};
use crate::domain::house::conversation::{Channel, Conversation};
use crate::domain::house::mail;
use crate::domain::house::message::Content;
use crate::domain::id::Id;
use crate::domain::text::clip;
use crate::domain::time::DAY_MS;
use crate::services::buying::{phone, settings, vendor_chat};
use crate::services::house::{chat, conversation, outbound, template};
use crate::store::buying::{call as rows, purchase as purchases, vendor as vendors};
use crate::store::events::{About, insert_event};
use crate::store::house::message::NewMessage;
use crate::store::house::{conversation as threads, message as messages, run, template as templates};
use crate::store::meta;
use crate::store::tx::{Read, Tx};
use serde_json::json;
use std::collections::BTreeMap;

/// The approved WhatsApp message a talk may begin with: its first place is our name, its second the list of what is needed.
pub const TEMPLATE: &str = "price_request";
/// The longest thing a person may write down.
pub const SAID_CHARS: usize = 4_000;
const NEVER: &str = "This vendor must not be contacted.";

/// Our side of the line.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a> {
    /// Our WhatsApp number's id; none without one.
    pub account: Option<&'a str>,
    /// The account of our mailbox that reads answers; none without one.
    pub mailbox: Option<&'a str>,
    /// The account text messages leave from; none without one.
    pub sms: Option<&'a str>,
    /// There is somebody who phones.
    pub calls: bool,
    /// Our name.
    pub business: &'a str,
}

impl Desk<'_> {
    /// What our side of the line can do.
    pub const fn ways(&self) -> Ways {
        Ways { whatsapp: self.account.is_some(), email: self.mailbox.is_some(), sms: self.sms.is_some(), calls: self.calls }
    }
}

/// Everything a letter to a vendor needs.
pub(super) struct Scene {
    pub(super) call: Call,
    pub(super) purchase: Purchase,
    pub(super) vendor: Vendor,
    by: String,
    pub(super) currency: crate::domain::money::Currency,
    pub(super) zone: String,
}

impl Scene {
    pub(super) fn find(tx: &Read<'_>, id: Id) -> Result<Self> {
        let call = rows::find_call(tx, id)?;
        let purchase = purchases::find_purchase(tx, call.purchase_id)?;
        let profile = meta::find_profile(tx)?;
        let vendor = vendors::find_vendor(tx, call.vendor_id).unwrap_or_else(|_| Vendor::new(call.vendor_id, &call.vendor_name, tx.now));
        let by = purchase.need.deadline.map(|d| d.in_zone(&profile.time_zone).strftime("%A, %-d %B").to_string()).unwrap_or_default();
        Ok(Self { call, purchase, vendor, by, currency: profile.currency, zone: profile.time_zone })
    }
    pub(super) fn letter<'a>(&'a self, desk: Desk<'a>) -> Letter<'a> {
        Letter {
            lang: self.vendor.language,
            seller: &self.vendor.name,
            business: desk.business,
            items: &self.purchase.need.items,
            by: &self.by,
            currency: self.currency,
        }
    }
}

/// Begins a talk. What keeps it from beginning is its end, with the reason; where another talk goes on in the same chat it waits.
pub fn open(tx: &mut Tx<'_>, id: Id, desk: Desk<'_>) -> Result<Call> {
    let mut s = Scene::find(tx, id)?;
    if s.call.state != State::Waiting {
        return Ok(s.call);
    }
    if s.vendor.do_not_contact {
        s.call.started_at = Some(tx.now);
        return end(tx, s.call, State::Failed, NEVER);
    }
    if let Some(contact) = vendor_chat::taken(tx, &s, desk)? {
        s.call.problem = "They are asked as soon as another talk with them, in the same chat, is over.".into();
        rows::update_call(tx, &s.call, Some(contact))?;
        tell(tx, &s.call)?;
        return Ok(s.call);
    }
    s.call.problem.clear();
    s.call.started_at = Some(tx.now);
    let opening = s.letter(desk).opening();
    match s.call.by {
        By::Hand => {
            rows::insert_line(tx, id, true, &opening, None)?;
        }
        By::Call if s.vendor.phone.is_none() || !desk.calls => {
            return end(tx, s.call, State::Failed, "There is nobody who phones, or no number to call.");
        }
        // The first words are said when somebody picks up.
        By::Call => {}
        By::Sms => {
            let Some((contact, thread)) = thread_with(tx, &s, Channel::Sms, desk.sms)? else {
                return end(tx, s.call, State::Failed, "There is no number to send text messages from, or none to write to.");
            };
            write_first(tx, &mut s, contact, &thread, &Content::text(&opening))?;
        }
        By::Email => {
            let Some((contact, thread)) = thread_with(tx, &s, Channel::Email, desk.mailbox)? else {
                return end(tx, s.call, State::Failed, "There is no mailbox to write from, or no e-mail address to write to.");
            };
            write_first(tx, &mut s, contact, &thread, &Content::text(&opening))?;
        }
        By::Whatsapp => {
            let found = thread_with(tx, &s, Channel::Whatsapp, desk.account)?;
            let (Some(account), Some((contact, thread))) = (desk.account, found) else {
                return end(tx, s.call, State::Failed, "There is no WhatsApp number to write from, or none to write to.");
            };
            let Some(content) = first_words(tx, &s, desk, &thread, account, &opening)? else {
                let why = format!(
                    "WhatsApp lets a business write first only with an approved message. Have Meta approve one named \"{TEMPLATE}\" with two places (your name, the list), or talk to them yourself and write down what they say."
                );
                return end(tx, s.call, State::Failed, &why);
            };
            write_first(tx, &mut s, contact, &thread, &content)?;
        }
    }
    s.call.state = State::Talking;
    save(tx, &s.call)?;
    Ok(s.call)
}

/// The first words of a talk by messages.
fn write_first(tx: &mut Tx<'_>, s: &mut Scene, contact: Id, thread: &Conversation, content: &Content) -> Result<()> {
    tie(tx, &mut s.call, contact, thread)?;
    send(tx, &s.call, thread, content, "open")
}

/// From here on the talk goes by this thread.
fn tie(tx: &mut Tx<'_>, call: &mut Call, contact: Id, thread: &Conversation) -> Result<()> {
    call.conversation_id = Some(thread.id);
    rows::update_call(tx, call, Some(contact))
}

/// The thread with a vendor on a channel, and who they are there; none without a number or address on either side.
pub(super) fn thread_with(tx: &mut Tx<'_>, s: &Scene, channel: Channel, account: Option<&str>) -> Result<Option<(Id, Conversation)>> {
    let identity = if channel == Channel::Email {
        mail::address(&s.vendor.email).map(|value| Identity { kind: IdentityKind::Email, value })
    } else {
        s.vendor.phone.as_ref().map(|p| Identity { kind: IdentityKind::Phone, value: p.e164().to_owned() })
    };
    let (Some(account), Some(identity)) = (account, identity) else { return Ok(None) };
    let contact = chat::find_or_add(tx, &[identity], &s.vendor.name)?;
    let thread = match threads::find_conversation_with(tx, contact, channel, account)? {
        Some(t) => t,
        None => threads::insert_conversation(tx, contact, channel, account)?,
    };
    Ok(Some((contact, thread)))
}

/// Free words inside WhatsApp's 24 hours, else the approved message.
fn first_words(tx: &Read<'_>, s: &Scene, desk: Desk<'_>, thread: &Conversation, account: &str, opening: &str) -> Result<Option<Content>> {
    if outbound::window_problem(thread, tx.now).is_none() {
        return Ok(Some(Content::text(opening)));
    }
    let approved = templates::list_templates(tx, account, true)?.into_iter().find(|t| t.name == TEMPLATE && t.places.len() == 2);
    let Some(t) = approved else { return Ok(None) };
    let by = if s.by.is_empty() { String::new() } else { format!(" ({})", s.by) };
    let values = [desk.business.to_owned(), format!("{}{by}", clip(&s.letter(desk).list(), 900))];
    let values: BTreeMap<String, String> = t.places.iter().map(|p| p.key()).zip(values).collect();
    Ok(template::fill(&t, &values).ok())
}

/// Sends words of ours to the vendor, once for each `what`, and writes them down.
fn send(tx: &mut Tx<'_>, call: &Call, thread: &Conversation, content: &Content, what: &str) -> Result<()> {
    let intent = format!("call:{}:{what}", call.id);
    let m = NewMessage::of_steward(thread.id, content, &intent);
    if let Some(message) = outbound::plan(tx, thread, &m)? {
        rows::insert_line(tx, call.id, true, &content.words(), Some(message))?;
    }
    Ok(())
}

/// Says something in a talk, by its channel; a talk by hand shows it to the person who holds it.
pub(super) fn say(tx: &mut Tx<'_>, call: &Call, text: &str, what: &str) -> Result<()> {
    match call.conversation_id {
        Some(thread) => {
            let thread = threads::find_conversation(tx, thread)?;
            send(tx, call, &thread, &Content::text(text), what)
        }
        None => rows::insert_line(tx, call.id, true, text, None).map(drop),
    }
}

/// What a vendor said.
#[derive(Debug, Clone, Copy)]
pub struct Spoken<'a> {
    /// The words.
    pub text: &'a str,
    /// The message they came in.
    pub message: Option<Id>,
    /// What a model made of them; held against the words before anything of it counts.
    pub read_by_model: Option<&'a serde_json::Value>,
}

/// What a vendor says: read, written down, answered. A message that was heard before changes nothing.
pub fn hear(tx: &mut Tx<'_>, id: Id, said: Spoken<'_>, desk: Desk<'_>) -> Result<Call> {
    let Spoken { text, message, read_by_model } = said;
    let mut s = Scene::find(tx, id)?;
    if text.trim().is_empty() || text.chars().count() > SAID_CHARS {
        return Err(Error::field("text", format!("Write what they said, at most {SAID_CHARS} characters.")));
    }
    if !rows::insert_line(tx, id, false, text, message)? || s.call.state != State::Talking {
        tell(tx, &s.call)?;
        return Ok(s.call);
    }
    // The owner may have said so since the talk began.
    if s.vendor.do_not_contact {
        return end(tx, s.call, State::Stopped, NEVER);
    }
    let items = s.purchase.need.items.clone();
    let context = Context { items: &items, currency: s.currency, asked: s.call.ledger.asked, now: tx.now, zone: &s.zone };
    let heard = match read_by_model.map(|raw| quote_model::checked(raw, text, &context)) {
        Some(Ok(heard)) => heard,
        Some(Err(why)) => {
            tracing::info!(call = %id, why, "what a model read in a vendor's words is not believed");
            read(text, &context)
        }
        None => read(text, &context),
    };
    let settings = settings::find(tx)?;
    let limits = Limits { limit_minor: s.purchase.need.ceiling_minor, trades: settings.trades(), ..Limits::default() };
    let m = s.call.ledger.hear(&heard, &items, &limits);
    let round = s.call.ledger.offers.len();
    let words = s.letter(desk).of(&m, round, s.call.ledger.offer.unknown_pack(&items));
    let turn =
        format!("{}:{}", s.call.ledger.questions.len() + round, message.map_or_else(|| tx.now.millis().to_string(), |m| m.to_string()));
    say(tx, &s.call, &words, &turn)?;
    match m {
        Move::Ask { .. } | Move::Counter { .. } | Move::Trade { .. } => {
            save(tx, &s.call)?;
            Ok(s.call)
        }
        Move::Hold { total_minor } => hold(tx, s.call, total_minor, settings.price_days),
        Move::End { end: e } => end(tx, s.call, State::after(e), ended(e)),
    }
}

pub(super) const fn ended(e: End) -> &'static str {
    match e {
        End::Refused => "They do not have it.",
        End::TooDear => "Too dear to the end.",
        End::Unclear => "They named no price that can be counted.",
        End::Silent => "They did not answer.",
    }
}

/// A price stands: its quote is what may be ordered on.
pub(super) fn hold(tx: &mut Tx<'_>, mut call: Call, total_minor: i64, days: i64) -> Result<Call> {
    let offer = call.ledger.offer.clone();
    let valid_until = offer.valid_until.unwrap_or_else(|| tx.now.plus_ms(days * DAY_MS));
    let quote =
        Quote { id: Id::new(tx.now), call_id: call.id, vendor_id: call.vendor_id, offer, total_minor, valid_until, created_at: tx.now };
    rows::insert_quote(tx, &quote)?;
    call.state = State::Quoted;
    call.ended_at = Some(tx.now);
    save(tx, &call)?;
    vendor_chat::make_way(tx, &call)?;
    Ok(call)
}

pub(super) fn end(tx: &mut Tx<'_>, mut call: Call, state: State, why: &str) -> Result<Call> {
    call.state = state;
    call.problem = why.to_owned();
    call.ended_at = Some(tx.now);
    save(tx, &call)?;
    phone::free_line(tx, &call)?;
    vendor_chat::make_way(tx, &call)?;
    Ok(call)
}

/// Asks again when nothing came.
pub fn chase(tx: &mut Tx<'_>, id: Id, desk: Desk<'_>) -> Result<()> {
    let s = Scene::find(tx, id)?;
    if s.call.state != State::Talking {
        return Ok(());
    }
    if s.vendor.do_not_contact {
        return end(tx, s.call, State::Stopped, NEVER).map(drop);
    }
    // A second approved message would be an advertisement; where the 24 hours never began there is nothing to add.
    if is_out_of_reach(tx, &s)? {
        return Ok(());
    }
    let words = s.letter(desk).chase();
    // Once in every silence: what was said so far names it.
    let silence = s.call.ledger.questions.len() + s.call.ledger.offers.len();
    say(tx, &s.call, &words, &format!("chase:{silence}"))
}

/// The vendor fell silent. A price that stands and fits is kept all the same.
pub fn give_up(tx: &mut Tx<'_>, id: Id) -> Result<Call> {
    let s = Scene::find(tx, id)?;
    if s.call.state != State::Talking {
        return Ok(s.call);
    }
    let total = s.call.ledger.landed(&s.purchase.need.items).map(|l| l.total_minor);
    // What is known of a call that still goes on is what its voice made of it: that makes no quote.
    let sure = s.call.by != By::Call;
    match total.filter(|t| sure && s.purchase.need.ceiling_minor.is_none_or(|c| *t <= c)) {
        Some(total) => hold(tx, s.call, total, settings::find(tx)?.price_days),
        None => end(tx, s.call, State::NoAnswer, ended(End::Silent)),
    }
}

/// Ends a talk from our side. A price that stands by then is not lost: it is compared like the others.
pub fn hang_up(tx: &mut Tx<'_>, id: Id, why: &str) -> Result<Call> {
    if rows::find_call(tx, id)?.state.is_over() {
        return rows::find_call(tx, id);
    }
    let call = give_up(tx, id)?;
    if call.state == State::Quoted { Ok(call) } else { end(tx, call, State::Stopped, why) }
}

/// The order, or a no, to a vendor whose price stood.
pub(super) fn order(tx: &mut Tx<'_>, id: Id, desk: Desk<'_>, items: &[usize], total_minor: i64) -> Result<()> {
    let s = Scene::find(tx, id)?;
    let list: Vec<String> = items.iter().filter_map(|n| s.purchase.need.items.get(*n)).map(|i| i.words()).collect();
    let words = s.letter(desk).order(&list.join(", "), total_minor, s.purchase.number);
    tell_later(tx, s, desk, &words, "order", vendor_chat::UNTOLD)
}

/// Whether nothing we write reaches a vendor now: they must not be contacted, or WhatsApp's 24 hours are over.
fn is_out_of_reach(tx: &Read<'_>, s: &Scene) -> Result<bool> {
    let Some(thread) = s.call.conversation_id else { return Ok(s.vendor.do_not_contact) };
    Ok(s.vendor.do_not_contact || outbound::window_problem(&threads::find_conversation(tx, thread)?, tx.now).is_some())
}

/// Says something to a vendor when the talk may be over for long: after a call by text message where we have a number for it. Where
/// nothing we write reaches them, a person must: `problem` stands on the talk, and the words below it.
fn tell_later(tx: &mut Tx<'_>, mut s: Scene, desk: Desk<'_>, words: &str, what: &str, problem: &str) -> Result<()> {
    let phoned = s.call.by == By::Call && s.call.conversation_id.is_none();
    if phoned
        && !s.vendor.do_not_contact
        && let Some((contact, thread)) = thread_with(tx, &s, Channel::Sms, desk.sms)?
    {
        tie(tx, &mut s.call, contact, &thread)?;
    }
    if is_out_of_reach(tx, &s)? || (phoned && s.call.conversation_id.is_none()) {
        s.call.problem = problem.to_owned();
        save(tx, &s.call)?;
        return rows::insert_line(tx, s.call.id, true, words, None).map(drop);
    }
    say(tx, &s.call, words, what)
}

/// Not this time.
pub(super) fn decline(tx: &mut Tx<'_>, id: Id, desk: Desk<'_>) -> Result<()> {
    let s = Scene::find(tx, id)?;
    // A no that cannot be told is left out: nobody waits for it any more.
    if is_out_of_reach(tx, &s)? {
        return Ok(());
    }
    say(tx, &s.call, &s.letter(desk).decline(), "decline")
}

/// An order that was sent is taken back.
pub(super) fn take_back(tx: &mut Tx<'_>, id: Id, desk: Desk<'_>) -> Result<()> {
    let s = Scene::find(tx, id)?;
    let words = s.letter(desk).cancelled(s.purchase.number);
    tell_later(tx, s, desk, &words, "cancelled", "They were told of an order that is given up. Call them and say so.")
}

pub(super) fn save(tx: &mut Tx<'_>, call: &Call) -> Result<()> {
    rows::update_call(tx, call, None)?;
    tell(tx, call)
}

pub(super) fn tell(tx: &mut Tx<'_>, call: &Call) -> Result<()> {
    let data = json!({ "call_id": call.id, "purchase_id": call.purchase_id, "vendor_name": call.vendor_name, "status": call.state });
    insert_event(tx, event::CALL, About { conversation: call.conversation_id, ..About::default() }, data)
}

/// The key under which a talk hears its vendor.
pub fn letter_key(call: Id) -> String {
    format!("call:{call}")
}

/// A contact wrote. True when it is a vendor of an unfinished purchase: then its talk hears it, and no turn of a customer's follows, now
/// or later. A voice note is heard once it has become words; a reaction or the news of a number says nothing.
pub fn heed(tx: &mut Tx<'_>, thread: &Conversation, message: Id) -> Result<bool> {
    let all = vendor_chat::open_with(tx, thread)?;
    if all.is_empty() {
        return Ok(false);
    }
    let content = messages::find_message(tx, message)?.content;
    if content.unheard() == Some(true) || !content.wants_reply() {
        return Ok(true);
    }
    match vendor_chat::listening(&all, thread) {
        Some(call) if !call.state.is_over() => {
            run::deliver(tx, &letter_key(call.id), &json!({ "message_id": message }))?;
        }
        Some(call) => afterwards(tx, call.clone(), message)?,
        None => {}
    }
    threads::update_taken_up(tx, thread.id, message)?;
    Ok(true)
}

/// What a vendor writes after the talk is over, such as that the price has changed or the van is late: no machine answers, a person is
/// asked to read it, and the purchase's page says so.
fn afterwards(tx: &mut Tx<'_>, mut call: Call, message: Id) -> Result<()> {
    let m = messages::find_message(tx, message)?;
    let words = clip(&m.content.words(), SAID_CHARS);
    if !words.trim().is_empty() && !rows::insert_line(tx, call.id, false, &words, Some(message))? {
        return Ok(());
    }
    let s = Scene::find(tx, call.id)?;
    let items = &s.purchase.need.items;
    let heard = read(&words, &Context { items, currency: s.currency, asked: None, now: tx.now, zone: &s.zone });
    // "Deal", "ok, thank you": nothing to read.
    if heard.accepts() && !heard.names_price() && !heard.refuses {
        return tell(tx, &call);
    }
    call.problem = AFTERWARDS.into();
    save(tx, &call)?;
    let summary = format!("{} wrote about purchase {}: {}", call.vendor_name, s.purchase.number, clip(&words, 200));
    conversation::ask_to_look(tx, m.conversation_id, "A vendor wrote after the talk was over.", &summary)
}

const AFTERWARDS: &str = "They wrote again after the talk was over. Read it before you decide.";

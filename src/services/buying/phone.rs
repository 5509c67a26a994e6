//! A vendor on the telephone: what the voice needs to call, what it is told to say, and what the call came to.

use crate::domain::buying::call::{Call, State};
use crate::domain::buying::phone::{Answer, Ask, Leg, News, Recording, Report, Reread, Script, Told, Utterance, missed, reread};
use crate::domain::buying::policy::{End, Ledger, Limits, Move};
use crate::domain::buying::quote::{Context, read};
use crate::domain::buying::{offer::Question, vendor};
use crate::domain::error::{Error, Result};
use crate::domain::event;
use crate::domain::id::Id;
use crate::domain::job::Job;
use crate::domain::money::Money;
use crate::domain::text::{clip, fold};
use crate::services::buying::call::{self as talk, Desk, Scene, letter_key};
use crate::services::buying::settings;
use crate::store::buying::{call as rows, phone as kept, vendor as vendors};
use crate::store::events::{About, insert_event};
use crate::store::house::run;
use crate::store::tx::{Read, Tx};
use crate::store::{inbox, jobs, meta};
use serde_json::json;

/// The word in the inbox for news of calls.
pub const INBOX: &str = "vapi";
/// The longest thing said that is kept.
const SAID_CHARS: usize = 4_000;

/// What the voice needs to call a vendor. Everything is looked at once more: a vendor that must not be contacted, or a number that saves
/// lives or costs extra, is never called, whatever the book says.
pub fn script(tx: &Read<'_>, id: Id, business_id: Id, desk: Desk<'_>) -> Result<Script> {
    let s = Scene::find(tx, id)?;
    if s.call.state != State::Talking {
        return Err(Error::conflict("This talk is over; nobody is called."));
    }
    let v = vendors::find_vendor(tx, s.call.vendor_id)?;
    if v.do_not_contact {
        return Err(Error::conflict("This vendor must not be contacted."));
    }
    let number = v.phone.as_ref().map_or("", |p| p.e164());
    let Some(number) = vendor::phone(number, &meta::find_profile(tx)?.country)? else {
        return Err(Error::conflict("This vendor has no number to call."));
    };
    let letter = s.letter(desk);
    Ok(Script {
        business_id,
        call: id,
        number: number.e164().to_owned(),
        seller: clip(&v.name, 40),
        business: clip(desk.business, 60),
        list: letter.list(),
        language: v.language.name().to_owned(),
        opening: one_line(&letter.phone_opening()),
    })
}

fn one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The carrier has taken a call.
pub fn dialled(tx: &mut Tx<'_>, id: Id, provider_id: &str) -> Result<()> {
    let c = rows::find_call(tx, id)?;
    kept::update_provider(tx, id, provider_id)?;
    let leg = match c.phone.clone() {
        Some(leg) if leg.provider_id == provider_id => leg,
        _ => Leg { provider_id: provider_id.to_owned(), status: "queued".into(), ..Leg::default() },
    };
    let problem = if c.state == State::Talking { String::new() } else { c.problem.clone() };
    let c = Call { phone: Some(leg), problem, ..c };
    talk::save(tx, &c)?;
    // It was given up while it was being made.
    if c.state.is_over() { free_line(tx, &c) } else { Ok(()) }
}

/// A talk is over: whoever is still on its line, or about to be, is hung up on.
pub(super) fn free_line(tx: &mut Tx<'_>, c: &Call) -> Result<()> {
    if !c.phone.as_ref().is_some_and(Leg::is_live) {
        return Ok(());
    }
    let now = tx.now;
    jobs::enqueue_job(tx, &Job::HangUp { call_id: c.id }, now, Some(&format!("hang_up:{}", c.id)))
}

/// The line to free, with the carrier's id; none when nobody is on it, or the talk goes on. Each asking is counted before it is made.
pub fn to_hang_up(tx: &mut Tx<'_>, id: Id) -> Result<Option<Leg>> {
    let c = rows::find_call(tx, id)?;
    let Some(leg) = c.phone.clone().filter(|l| l.is_live() && c.state.is_over()) else { return Ok(None) };
    let leg = Leg { hang_ups: leg.hang_ups + 1, ..leg };
    talk::save(tx, &Call { phone: Some(leg.clone()), ..c })?;
    Ok(Some(leg))
}

/// A line could not be freed: the owner reads why beside the talk.
pub fn not_hung_up(tx: &mut Tx<'_>, id: Id, why: &str) -> Result<()> {
    let c = rows::find_call(tx, id)?;
    let more = format!(
        "The call could not be ended: {why} It ends by itself after ten minutes at most. Until then the voice says goodbye and nothing else."
    );
    let problem = if c.problem.is_empty() { more } else { format!("{} {more}", c.problem) };
    talk::save(tx, &Call { problem, ..c })
}

/// Nobody knows whether a call was made.
pub fn doubt(tx: &mut Tx<'_>, id: Id, why: &str) -> Result<()> {
    let c = rows::find_call(tx, id)?;
    talk::save(tx, &Call { problem: why.to_owned(), ..c })
}

/// A call did not come about.
pub fn fail(tx: &mut Tx<'_>, id: Id, why: &str) -> Result<Call> {
    let c = rows::find_call(tx, id)?;
    if c.state.is_over() { Ok(c) } else { talk::end(tx, c, State::Failed, why) }
}

/// News of a call: kept with all that follows from it, once. `news` names it; what is answered to it again is what was answered then.
pub fn hear(tx: &mut Tx<'_>, id: Id, told: &Told, news: &str, body: &[u8], desk: Desk<'_>) -> Result<Vec<Answer>> {
    if let Some(before) = kept::find_answer(tx, id, news)? {
        return serde_json::from_str(&before).map_err(|e| Error::internal("What was answered cannot be read.").with_source(e));
    }
    if !told.provider_id.is_empty() && rows::find_call(tx, id)?.phone.is_none() {
        // It was faster than the answer to the request that made it.
        dialled(tx, id, &told.provider_id)?;
    }
    // Words and states are rows of their own; the carrier repeats the whole call with each of them.
    if !body.is_empty() && !matches!(told.news, News::Said(_) | News::Status(_)) {
        inbox::insert_inbox(tx, INBOX, body, None)?;
    }
    let answers = match &told.news {
        News::Status(word) => status(tx, id, word).map(|()| Vec::new())?,
        News::Said(u) => said(tx, id, u).map(|()| Vec::new())?,
        News::Asks(all) => all.iter().map(|a| answer(tx, id, a, desk)).collect::<Result<_>>()?,
        News::Over(report) => over(tx, id, report).map(|()| Vec::new())?,
        News::Other(_) => Vec::new(),
    };
    kept::insert_answer(tx, id, news, &json!(answers).to_string())?;
    Ok(answers)
}

fn status(tx: &mut Tx<'_>, id: Id, word: &str) -> Result<()> {
    let c = rows::find_call(tx, id)?;
    let Some(leg) = c.phone.clone().filter(|l| l.status != "ended") else { return Ok(()) };
    talk::save(tx, &Call { phone: Some(Leg { status: clip(word, 30), ..leg }), ..c })
}

/// Words as they are spoken, for the page.
fn said(tx: &mut Tx<'_>, id: Id, u: &Utterance) -> Result<()> {
    let c = rows::find_call(tx, id)?;
    if c.state != State::Talking || c.phone.as_ref().is_some_and(|l| l.status == "ended") || u.text.trim().is_empty() {
        return Ok(());
    }
    rows::insert_line(tx, id, u.ours, &clip(&u.text, SAID_CHARS), None)?;
    talk::tell(tx, &c)
}

/// What the voice says next: decided by the rules from what the vendor said, as in every other talk. Where nothing more is to be said, it
/// says goodbye. No quote comes of this: only the vendor's own words make one, when the call is over.
fn answer(tx: &mut Tx<'_>, id: Id, ask: &Ask, desk: Desk<'_>) -> Result<Answer> {
    let mut s = Scene::find(tx, id)?;
    let items = s.purchase.need.items.clone();
    let m = if s.call.state == State::Talking {
        let words = clip(&ask.said, SAID_CHARS);
        let heard = read(&words, &Context { items: &items, currency: s.currency, asked: s.call.ledger.asked, now: tx.now, zone: &s.zone });
        let limits = Limits { limit_minor: s.purchase.need.ceiling_minor, trades: settings::find(tx)?.trades(), ..Limits::default() };
        let m = s.call.ledger.hear(&heard, &items, &limits);
        rows::update_call(tx, &s.call, None)?;
        m
    } else {
        Move::End { end: End::Silent }
    };
    let words = s.letter(desk).of(&m, s.call.ledger.offers.len(), s.call.ledger.offer.unknown_pack(&items));
    Ok(Answer {
        id: ask.id.clone(),
        tool: ask.tool.clone(),
        words: one_line(&words),
        ends: matches!(m, Move::Hold { .. } | Move::End { .. }),
    })
}

/// The call is over: its whole transcript takes the place of what was written down meanwhile, and its talk is told.
fn over(tx: &mut Tx<'_>, id: Id, report: &Report) -> Result<()> {
    let mut c = rows::find_call(tx, id)?;
    let mut leg = c.phone.take().unwrap_or_default();
    (leg.status, leg.ended_reason, leg.cost_micros) = ("ended".into(), clip(&report.reason, 80), report.cost_micros);
    c.phone = Some(leg);
    if c.state == State::Talking && !report.said.is_empty() {
        kept::delete_lines(tx, id)?;
        for u in &report.said {
            rows::insert_line(tx, id, u.ours, &clip(&u.text, SAID_CHARS), None)?;
        }
    }
    talk::save(tx, &c)?;
    run::deliver(tx, &letter_key(id), &json!({ "hung_up": true })).map(drop)
}

/// What a call came to, from what was said in it. `desk` is for the words of our questions only.
pub fn judge(tx: &mut Tx<'_>, id: Id, desk: Desk<'_>) -> Result<Call> {
    let s = Scene::find(tx, id)?;
    if s.call.state != State::Talking {
        return Ok(s.call);
    }
    let said: Vec<Utterance> = rows::list_lines(tx, id)?.into_iter().map(|l| Utterance { ours: l.ours, text: l.text }).collect();
    let items = s.purchase.need.items.clone();
    let asks = |text: &str, ledger: &Ledger| asked(&s, desk, text, ledger);
    let recording = Recording { items: &items, currency: s.currency, now: tx.now, zone: &s.zone, asks: &asks };
    let found = reread(&said, &s.call.ledger, &recording);
    let reason = s.call.phone.as_ref().map_or("", |l| l.ended_reason.as_str());
    if let Some(why) = missed(reason) {
        return talk::end(tx, s.call, State::NoAnswer, why);
    }
    if !found.heard {
        let why = format!("Nobody was spoken to ({}).", if reason.is_empty() { "no reason was given" } else { reason });
        return talk::end(tx, s.call.clone(), State::Failed, &why);
    }
    conclude(tx, s, found)
}

/// Which question our words asked.
fn asked(s: &Scene, desk: Desk<'_>, text: &str, ledger: &Ledger) -> Option<Question> {
    let text = fold(text);
    let pack = ledger.offer.unknown_pack(&s.purchase.need.items);
    [Question::Carriage, Question::Lead, Question::Holds, Question::Price].into_iter().find(|q| {
        let words = s.letter(desk).of(&Move::Ask { question: *q }, 0, pack);
        text.contains(&fold(&one_line(&words)))
    })
}

fn conclude(tx: &mut Tx<'_>, s: Scene, found: Reread) -> Result<Call> {
    let items = &s.purchase.need.items;
    let total = found.ledger.landed(items).map(|l| l.total_minor);
    let most = found.ledger.most(s.purchase.need.ceiling_minor);
    let strange: Vec<String> = found.strange.iter().map(|m| Money::new(*m, s.currency).to_string()).collect();
    let note = match strange.as_slice() {
        [] => String::new(),
        some => format!("The voice named a price it was not given ({}). It binds nobody; only their own words count.", some.join(", ")),
    };
    let call = Call { ledger: found.ledger, problem: note.clone(), ..s.call };
    let told = |why: &str| [why, note.as_str()].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" ");
    match total {
        Some(total) if most.is_none_or(|m| total <= m) => talk::hold(tx, call, total, settings::find(tx)?.price_days),
        Some(_) => talk::end(tx, call, State::after(End::TooDear), &told(talk::ended(End::TooDear))),
        None if found.refused => talk::end(tx, call, State::after(End::Refused), &told(talk::ended(End::Refused))),
        None => talk::end(tx, call, State::after(End::Unclear), &told(talk::ended(End::Unclear))),
    }
}

/// Keeps signed news of a call that nobody here has made, or that cannot be read: shown to the owner once, acted on by nobody.
pub fn contain(tx: &mut Tx<'_>, body: &[u8], problem: &str) -> Result<()> {
    if inbox::is_listed(tx, INBOX, problem)? {
        return Ok(());
    }
    inbox::insert_inbox(tx, INBOX, body, Some(problem))?;
    insert_event(tx, event::CHANNEL, About::default(), json!({ "channel": INBOX, "unread": problem }))
}

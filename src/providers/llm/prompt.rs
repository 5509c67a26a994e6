//! Turns a request into the words a language model reads. The wording lives in `templates/prompts`.
//!
//! Two parts: what stands from turn to turn (rules, facts, menu), so that providers can keep it in their caches, and the
//! moment (time, basket, orders). Everything from outside is put on one line each, so it cannot look like a part of ours.

use crate::domain::house::assistant::{Assistant, Desk};
use crate::domain::house::briefing::{Briefing, OpenOrder};
use crate::domain::house::hours::{Hours, WEEKDAYS, clock};
use crate::domain::house::item::{Item, OptionGroup};
use crate::domain::limits;
use crate::domain::money::Money;
use crate::domain::shop::draft::{Fulfilment, Line as Wanted};
use crate::domain::text::clip;
use crate::providers::llm::{ModelError, Reply, Request, Round, Said, ToolResult};
use askama::Template;

/// Things on the menu a prompt holds at most; the rest is found with the tool `search_menu`.
pub const MENU_ITEMS: usize = 120;
/// Characters of menu a prompt holds at most.
pub const MENU_CHARS: usize = 16_000;
/// Characters of one tool result a prompt holds at most.
const RESULT_CHARS: usize = 8_000;
/// Things remembered of a customer that a prompt holds at most.
const FACTS: usize = 30;
const PERSON_MARK: &str = "[written by";
const NOTE_MARK: &str = "[note from the house]";

/// The system prompt in two parts.
#[derive(Debug, Clone)]
pub struct Prompt {
    /// The same for all turns until the business changes something.
    pub standing: String,
    /// True for this turn only.
    pub moment: String,
}

/// A line of the talk as models know it.
#[derive(Debug, Clone, PartialEq)]
pub enum Line<'a> {
    /// The customer, or a note of ours.
    User(String),
    /// Steward or a person of the business.
    Assistant(String),
    /// Tools the model called in this turn and their results; at least one.
    Round(&'a Round),
}

#[derive(Template)]
#[template(path = "prompts/turn.txt")]
struct Standing<'a> {
    business: String,
    name: String,
    manner: &'static str,
    greeting: String,
    sign_off: String,
    not_done: String,
    person_mark: &'a str,
    note_mark: &'a str,
    languages: String,
    default_language: &'a str,
    about: String,
    address: String,
    zone: &'a str,
    hours: Vec<String>,
    getting: String,
    pay: String,
    owner: String,
    currency: &'a str,
    menu: Vec<String>,
    left_out: usize,
    can_search: bool,
}

#[derive(Template)]
#[template(path = "prompts/turn_now.txt")]
struct Moment {
    now: String,
    open: bool,
    opens: String,
    customer: String,
    returning: bool,
    language: &'static str,
    basket: Vec<String>,
    subtotal: String,
    fulfilment: String,
    note: String,
    orders: Vec<String>,
    finished: String,
    facts: Vec<String>,
    bookable: String,
    bookings: Vec<String>,
    tools: bool,
}

/// The system prompt for a request.
pub fn system(request: &Request) -> Result<Prompt, ModelError> {
    if let Some(task) = &request.task {
        let moment = "Answer with the tool only.".to_owned();
        return Ok(Prompt { standing: task.to_string(), moment });
    }
    let can_search = request.tools.iter().any(|t| t.name == "search_menu");
    let failed = |e: askama::Error| ModelError::Refused(format!("the prompt cannot be written: {e}"));
    let standing = standing(&request.briefing, can_search).render().map_err(failed)?;
    let moment = moment(&request.briefing, !request.tools.is_empty()).render().map_err(failed)?;
    Ok(Prompt { standing, moment })
}

fn standing(b: &Briefing, can_search: bool) -> Standing<'_> {
    let p = &b.profile;
    let menu = menu_lines(b);
    let fee = Money::new(p.delivery_fee_minor, p.currency);
    let delivery = if p.delivery_fee_minor == 0 { "delivery is free".to_owned() } else { format!("delivery costs {fee}") };
    let getting = match (p.pickup, p.delivery) {
        (true, true) => format!("collecting it, or delivery; {delivery}."),
        (true, false) => "collecting it only; no delivery.".to_owned(),
        (false, true) => format!("delivery only; {delivery}."),
        (false, false) => "a person of the business agrees it with the customer.".to_owned(),
    };
    let who = b.assistant.as_deref();
    let languages = who.map(|a| &a.languages).filter(|l| !l.is_empty()).unwrap_or(&p.languages);
    let own = |f: fn(&Assistant) -> &str, max| who.map_or_else(String::new, |a| one_line(f(a), max));
    let left_out = |a: &Assistant| Desk::ALL.into_iter().filter(|d| !a.has(*d)).map(undone).collect::<Vec<_>>().join(", ");
    Standing {
        business: one_line(&b.business_name, 100),
        name: own(|a| &a.title, 60),
        manner: who.map(|a| a.tone).unwrap_or_default().manner(),
        greeting: own(|a| &a.greeting, 400),
        sign_off: own(|a| &a.sign_off, 200),
        not_done: who.map(left_out).unwrap_or_default(),
        person_mark: PERSON_MARK,
        note_mark: NOTE_MARK,
        languages: languages.iter().map(|l| l.name()).collect::<Vec<_>>().join(", "),
        default_language: languages.first().copied().unwrap_or_default().name(),
        about: one_line(&p.about, 600),
        address: one_line(&p.address, 300),
        zone: &p.time_zone,
        hours: hours_of(&p.hours),
        getting,
        pay: clip(p.payment_instructions.trim(), 600),
        owner: one_line(&p.owner_name, 80),
        currency: p.currency.code(),
        left_out: b.menu.items.len() - menu.len(),
        menu,
        can_search,
    }
}

/// Work of a desk that is not done here.
const fn undone(d: Desk) -> &'static str {
    match d {
        Desk::Orders => "taking orders",
        Desk::Answers => "answering from documents",
        Desk::Bookings => "taking bookings",
    }
}

/// What can be booked, with the rules a model must know.
fn bookable(b: &Briefing) -> String {
    let Some(desk) = &b.desk else { return String::new() };
    let kinds: Vec<String> = desk.kinds().into_iter().map(|k| format!("{} (at most {} people)", k.as_str(), desk.most(k))).collect();
    kinds.join(", ")
}

/// Bookings of this customer, one a line.
fn booked(b: &Briefing) -> Vec<String> {
    let Some(desk) = &b.desk else { return Vec::new() };
    let one = |x| one_line(&crate::domain::reception::tool::booking(desk, x).to_string(), 300);
    b.bookings.iter().map(one).collect()
}

fn moment(b: &Briefing, tools: bool) -> Moment {
    let p = &b.profile;
    let open = p.hours.is_open(b.now, &p.time_zone);
    let customer = if b.contact_name.trim().is_empty() { "no name known".to_owned() } else { quoted(&b.contact_name, 60) };
    Moment {
        now: b.now.in_zone(&p.time_zone).strftime("%A %-d %B %Y, %H:%M").to_string(),
        open,
        opens: if open { String::new() } else { opening(b) },
        customer,
        returning: b.returning,
        language: b.language.name(),
        basket: b.draft.lines.iter().map(|l| basket_line(l, b)).collect(),
        subtotal: b.draft.subtotal_minor().map(|m| Money::new(m, p.currency).to_string()).unwrap_or_default(),
        fulfilment: match b.draft.fulfilment {
            None => String::new(),
            Some(Fulfilment::Pickup) => "collects it".to_owned(),
            Some(Fulfilment::Delivery) if b.draft.address.trim().is_empty() => "delivery, address not known yet".to_owned(),
            Some(Fulfilment::Delivery) => format!("delivery to {}", quoted(&b.draft.address, 200)),
        },
        note: if b.draft.note.is_empty() { String::new() } else { quoted(&b.draft.note, limits::ORDER_NOTE_MAX) },
        orders: b.open_orders.iter().take(10).map(|o| order_line(o, b)).collect(),
        finished: b.last_finished.as_ref().map(|o| order_line(o, b)).unwrap_or_default(),
        facts: b.facts.iter().take(FACTS).map(|f| format!("{}: {}", f.kind.as_str(), quoted(&f.text, 200))).collect(),
        bookable: bookable(b),
        bookings: booked(b),
        tools,
    }
}

fn hours_of(hours: &Hours) -> Vec<String> {
    let spans = |day: usize| hours.days[day].iter().map(|s| format!("{}-{}", clock(s.from), clock(s.to))).collect::<Vec<_>>().join(", ");
    let day = |(i, name): (usize, &&str)| format!("{name}: {}", if hours.days[i].is_empty() { "closed".to_owned() } else { spans(i) });
    WEEKDAYS.iter().enumerate().map(day).collect()
}

fn opening(b: &Briefing) -> String {
    let Some((ahead, day, minute)) = b.profile.hours.next_opening(b.now, &b.profile.time_zone) else { return String::new() };
    match ahead {
        0 => format!("today at {}", clock(minute)),
        1 => format!("tomorrow at {}", clock(minute)),
        _ => format!("on {} at {}", WEEKDAYS[day], clock(minute)),
    }
}

/// What can be sold first, then what is sold out, each in the owner's order, as far as the caps allow.
fn menu_lines(b: &Briefing) -> Vec<String> {
    let sold_out = |i: &&Item| i.can_sell() == Some(0);
    let items = b.menu.items.iter();
    let ordered = items.clone().filter(|i| !sold_out(i)).chain(items.filter(sold_out));
    let mut chars = 0;
    let within = |line: &String| {
        chars += line.len();
        chars <= MENU_CHARS
    };
    ordered.take(MENU_ITEMS).map(|i| menu_line(i, b)).take_while(within).collect()
}

fn menu_line(i: &Item, b: &Briefing) -> String {
    let money = |minor| Money::new(minor, b.profile.currency);
    let mut out = format!("- [{}] {}: {}", i.id, one_line(&i.name, 80), money(i.price_minor));
    if !i.unit.trim().is_empty() {
        out.push_str(&format!(" a {}", one_line(&i.unit, 30)));
    }
    if !i.aliases.is_empty() {
        out.push_str(&format!("; also called {}", one_line(&i.aliases.join(", "), 80)));
    }
    for group in &i.options {
        out.push_str(&format!("; {}", option_words(group, b)));
    }
    if !i.description.trim().is_empty() {
        out.push_str(&format!("; {}", one_line(&i.description, 120)));
    }
    match i.can_sell() {
        Some(0) => out.push_str("; SOLD OUT"),
        Some(n) => out.push_str(&format!("; {n} left")),
        None => {}
    }
    out
}

fn option_words(group: &OptionGroup, b: &Briefing) -> String {
    let choice = |c: &crate::domain::house::item::OptionChoice| match c.price_minor {
        0 => one_line(&c.name, 40),
        minor => format!("{} (adds {})", one_line(&c.name, 40), Money::new(minor, b.profile.currency)),
    };
    let choices = group.choices.iter().take(20).map(choice).collect::<Vec<_>>().join(" / ");
    let how = match (group.required, group.many) {
        (true, true) => " (choose one or more)",
        (true, false) => " (choose one)",
        (false, true) => " (optional, several)",
        (false, false) => " (optional)",
    };
    format!("{}{how}: {choices}", one_line(&group.name, 40))
}

fn basket_line(l: &Wanted, b: &Briefing) -> String {
    let total = l.total_minor().map(|m| Money::new(m, b.profile.currency).to_string()).unwrap_or_default();
    format!("[{}] {}: {total}", l.item_id, one_line(&l.words(), 300))
}

fn order_line(o: &OpenOrder, b: &Briefing) -> String {
    let total = Money::new(o.total_minor, b.profile.currency);
    let (number, status, reference) = (o.number, o.status.title(), one_line(&o.reference, 40));
    format!("Order {number}: {}; total {total}; status {status}; payment reference {reference}", one_line(&o.summary, 300))
}

/// The talk as lines: history, the new words, the rounds of this turn, and the checker's objections. Begins with a user's
/// line, because some providers insist on it.
pub fn lines(request: &Request) -> Vec<Line<'_>> {
    let mut out: Vec<Line<'_>> = Vec::new();
    for said in request.history.iter().skip(request.history.len().saturating_sub(limits::HISTORY_MESSAGES)) {
        match said {
            Said::Customer { text } => add(&mut out, true, &of_customer(text)),
            Said::Steward { text } => add(&mut out, false, text),
            Said::Person { name, text } => add(&mut out, false, &format!("{PERSON_MARK} {}]\n{text}", one_line(name, 60))),
        }
    }
    for text in &request.new {
        add(&mut out, true, &of_customer(text));
    }
    if matches!(out.first(), Some(Line::Assistant(_)) | None) {
        out.insert(0, Line::User(format!("{NOTE_MARK} The talk begins here.")));
    }
    out.extend(request.rounds.iter().filter(|r| !r.results.is_empty()).map(Line::Round));
    if !request.objections.is_empty() {
        let list: String = request.objections.iter().map(|o| format!("\n- {}", one_line(o, 300))).collect();
        let note = format!("{NOTE_MARK} Your last answer was not sent. Write it again for the customer, mending this:{list}");
        add(&mut out, true, &note);
    }
    out
}

fn add(out: &mut Vec<Line<'_>>, user: bool, text: &str) {
    let text = text.trim();
    match out.last_mut() {
        _ if text.is_empty() => {}
        Some(Line::User(before)) if user => before.extend(["\n", text]),
        Some(Line::Assistant(before)) if !user => before.extend(["\n", text]),
        _ if user => out.push(Line::User(text.to_owned())),
        _ => out.push(Line::Assistant(text.to_owned())),
    }
}

/// A customer's words, without our own marks in them.
fn of_customer(text: &str) -> String {
    let text = clip(text, limits::CUSTOMER_TEXT_CHARS);
    replace_folded(&replace_folded(&text, NOTE_MARK, "(note)"), PERSON_MARK, "(written by")
}

/// Replaces `mark` (ASCII) whatever its capitals.
fn replace_folded(text: &str, mark: &str, with: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let (mut out, mut from) = (String::with_capacity(text.len()), 0);
    while let Some(at) = lower[from..].find(mark) {
        out.push_str(&text[from..from + at]);
        out.push_str(with);
        from += at + mark.len();
    }
    out.push_str(&text[from..]);
    out
}

/// What a tool answered, as the model reads it.
pub fn result(r: &ToolResult) -> String {
    let facts = clip(&r.output.to_string(), RESULT_CHARS);
    if r.ok { facts } else { format!("NOT DONE. {facts}") }
}

/// Takes off a mark the model copied from a person's line.
pub fn tidy(mut reply: Reply) -> Reply {
    if reply.text.starts_with(PERSON_MARK) || reply.text.starts_with(NOTE_MARK) {
        reply.text = reply.text.split_once(']').map(|(_, rest)| rest.trim().to_owned()).unwrap_or_default();
    }
    reply
}

/// About how many tokens a text or body has: three bytes each, which is on the safe side for English and menus.
pub fn tokens_in(body: &impl ToString) -> u64 {
    body.to_string().len() as u64 / 3 + 1
}

/// About how many tokens a request has as a prompt, before it is written: for reserving money.
pub fn tokens_of(request: &Request) -> u64 {
    let prompt = system(request).map_or(0, |p| p.standing.len() + p.moment.len());
    let said: usize = lines(request)
        .iter()
        .map(|l| match l {
            Line::User(t) | Line::Assistant(t) => t.len(),
            Line::Round(r) => r.results.iter().map(|x| x.call.arguments.to_string().len() + result(x).len()).sum(),
        })
        .sum();
    let tools: usize = request.tools.iter().map(|t| t.description.len() + t.parameters.to_string().len()).sum();
    (prompt + said + tools) as u64 / 3 + 1
}

fn one_line(text: &str, max: usize) -> String {
    clip(&text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" "), max)
}

/// One line in quotes, for text that a customer chose.
fn quoted(text: &str, max: usize) -> String {
    format!("\"{}\"", one_line(text, max).replace('"', "'"))
}

#[cfg(test)]
#[path = "prompt_test.rs"]
mod tests;

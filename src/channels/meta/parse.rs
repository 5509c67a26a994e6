//! Webhook bodies of Meta to our own words. Every level is a list: entries, changes, messages; one odd item never costs the others.

use super::content::{self, System};
use super::problems;
use super::wire::{self, Context, Lax, Message, Metadata, Person, Preference, Pricing, Profile, Raw, Status, TemplateNews};
use crate::domain::house::contact::{Identity, IdentityKind};
use crate::domain::house::hook::HookItem;
use crate::domain::house::message::{Delivery, Inbound, Receipt};
use crate::domain::phone::Phone;
use crate::domain::time::Time;

/// All that one webhook body tells.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Hook {
    /// In the order of the body.
    pub items: Vec<HookItem>,
}

/// The body is not JSON of the shape every webhook of Meta has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("The webhook body cannot be read: {0}")]
pub struct Unreadable(pub String);

/// Reads a webhook body. Check its signature first.
pub fn parse(body: &[u8]) -> Result<Hook, Unreadable> {
    let mut hook = Hook::default();
    for (waba, field, value) in changes(body)? {
        read_change(&mut hook.items, &waba, &field, value);
    }
    Ok(hook)
}

type Change<'a> = (Lax<'a>, Lax<'a>, Raw<'a>);

fn changes(body: &[u8]) -> Result<Vec<Change<'_>>, Unreadable> {
    let text = std::str::from_utf8(body).map_err(|e| Unreadable(e.to_string()))?;
    let envelope: wire::Envelope<'_> = serde_json::from_str(text).map_err(|e| Unreadable(e.to_string()))?;
    if !text.trim_start().starts_with('{') {
        return Err(Unreadable("it is no object".into()));
    }
    let none = || Lax("".into());
    let mut out = Vec::new();
    for entry in envelope.entry.0 {
        let Some(entry) = wire::read::<wire::Entry<'_>>(Some(entry)) else { continue };
        let waba = entry.id.unwrap_or_else(none);
        for raw in entry.changes.0 {
            match wire::read::<wire::Change<'_>>(Some(raw)) {
                Some(wire::Change { field, value: Some(value) }) => out.push((waba.clone(), field.unwrap_or_else(none), value)),
                _ => out.push((waba.clone(), none(), raw)),
            }
        }
    }
    if out.is_empty() {
        return Err(Unreadable("it tells no news: \"entry\" with its \"changes\" is missing or empty".into()));
    }
    Ok(out)
}

/// Why a part of a body that was read is not understood, for the owner: a message or status without what makes it one.
pub fn unread_part(items: &[HookItem]) -> Option<&'static str> {
    let is_odd = |field: &str| field.is_empty() || KNOWN_FIELDS.contains(&field);
    let odd = items.iter().any(|i| matches!(i, HookItem::Other { field, .. } if is_odd(field)));
    odd.then_some("A part of it could not be read: a message, or what surrounds it, has not the shape it should have.")
}

fn account(value: &wire::Value<'_>) -> Option<String> {
    wire::read::<Metadata<'_>>(value.metadata)?.phone_number_id.map(|id| id.owned())
}

/// Fields whose lists are read. Others use the same words for other things: `calls` has statuses and errors of its own.
const KNOWN_FIELDS: [&str; 4] = ["messages", "smb_message_echoes", "message_echoes", "user_preferences"];

fn read_change(out: &mut Vec<HookItem>, waba: &Lax<'_>, field: &Lax<'_>, raw: Raw<'_>) {
    let other = |account: Option<String>| HookItem::Other {
        waba: account.is_none().then(|| waba.owned()),
        account,
        field: field.owned(),
        raw: wire::value(raw),
    };
    let Some(value) = wire::read::<wire::Value<'_>>(Some(raw)) else { return out.push(other(None)) };
    let Some(account) = account(&value) else { return out.push(template(waba, field, raw).unwrap_or_else(|| other(None))) };
    if !KNOWN_FIELDS.contains(&&*field.0) {
        return out.push(other(Some(account)));
    }
    let before = out.len();
    let people: Vec<Person<'_>> = value.contacts.0.iter().filter_map(|p| wire::read(Some(p))).collect();
    for (list, echo) in [(&value.messages, false), (&value.message_echoes, true)] {
        for raw in &list.0 {
            out.push(message(&Ctx { account: &account, waba, value: &value, people: &people, echo }, raw));
        }
    }
    out.extend(value.statuses.0.iter().map(|s| status(&account, s)));
    out.extend(value.user_preferences.0.iter().map(|p| preference(&account, p)));
    if out.len() == before {
        out.extend(value.errors.0.iter().map(|e| problem(&account, e)));
    }
    if out.len() == before {
        out.push(other(Some(account)));
    }
}

/// What a message needs to know of what surrounds it.
struct Ctx<'a> {
    account: &'a str,
    waba: &'a Lax<'a>,
    value: &'a wire::Value<'a>,
    people: &'a [Person<'a>],
    echo: bool,
}

fn message(ctx: &Ctx<'_>, raw: Raw<'_>) -> HookItem {
    let other =
        |field: &str| HookItem::Other { waba: None, account: Some(ctx.account.to_owned()), field: field.into(), raw: wire::value(raw) };
    let Some(m) = wire::read::<Message<'_>>(Some(raw)) else { return maimed(ctx, raw).unwrap_or_else(|| other("messages")) };
    if m.group_id.is_some() {
        return other("messages.group");
    }
    let Some(id) = m.id.as_ref().filter(|id| !id.0.is_empty()) else { return other("messages") };
    let (identities, name) = who(ctx, &m);
    if identities.is_empty() {
        return other("messages");
    }
    let context = wire::read::<Context<'_>>(m.context);
    let forwarded = context.as_ref().is_some_and(|c| c.forwarded == Some(true) || c.frequently_forwarded == Some(true));
    let product = context.as_ref().and_then(|c| c.referred_product).map(|p| serde_json::json!({ "referred_product": wire::value(p) }));
    let inbound = Inbound {
        provider_id: id.owned(),
        identities,
        name,
        at: time(m.timestamp.as_ref()),
        content: content::content(&m, raw, &ctx.value.errors),
        reply_to: context.and_then(|c| c.id).map(|id| id.owned()),
        forwarded,
        referral: m.referral.map(wire::value).or(product),
        echo: ctx.echo,
    };
    HookItem::Message { account: ctx.account.to_owned(), waba: ctx.waba.owned(), inbound: Box::new(inbound) }
}

/// A message whose common parts are of the wrong shape: kept as unknown when at least its id and one contact can be told.
fn maimed(ctx: &Ctx<'_>, raw: Raw<'_>) -> Option<HookItem> {
    let loose: serde_json::Value = serde_json::from_str(raw.get()).ok()?;
    let id = loose.get("id")?.as_str().filter(|id| !id.is_empty())?;
    let person = if let [only] = ctx.people { Some(only) } else { None };
    let number = loose.get(if ctx.echo { "to" } else { "from" }).and_then(|f| f.as_str()).map(|f| Lax(f.into()));
    let identities = identities(person.and_then(|p| p.user_id.as_ref()), &[number.as_ref(), person.and_then(|p| p.wa_id.as_ref())]);
    if identities.is_empty() {
        return None;
    }
    let at = loose.get("timestamp").and_then(|t| t.as_str()).map(|t| Lax(t.into()));
    let inbound = Inbound {
        provider_id: id.to_owned(),
        identities,
        name: person.and_then(name_of),
        at: time(at.as_ref()),
        content: content::unreadable(raw),
        reply_to: None,
        forwarded: false,
        referral: None,
        echo: ctx.echo,
    };
    Some(HookItem::Message { account: ctx.account.to_owned(), waba: ctx.waba.owned(), inbound: Box::new(inbound) })
}

/// How the customer is known and called: from the message, and from the card beside it.
fn who(ctx: &Ctx<'_>, m: &Message<'_>) -> (Vec<Identity>, Option<String>) {
    let (number, user) = if ctx.echo { (&m.to, &m.to_user_id) } else { (&m.from, &m.from_user_id) };
    let is = |a: &Option<Lax<'_>>, b: &Option<Lax<'_>>| a.is_some() && a == b;
    let mut person = ctx.people.iter().find(|p| is(&p.user_id, user) || is(&p.wa_id, number));
    if let (None, [only]) = (person, ctx.people) {
        person = Some(only);
    }
    let system: Option<System<'_>> = wire::read(m.system);
    let before = system.as_ref().and_then(|s| s.previous_user_id.as_ref());
    let user = before.or(user.as_ref()).or_else(|| person?.user_id.as_ref());
    (identities(user, &[number.as_ref(), person.and_then(|p| p.wa_id.as_ref())]), person.and_then(name_of))
}

/// The user id first: it stays when the number is hidden. Then each number once.
fn identities(user: Option<&Lax<'_>>, numbers: &[Option<&Lax<'_>>]) -> Vec<Identity> {
    let mut out: Vec<Identity> = Vec::with_capacity(2);
    let mut add = |kind, value: String| {
        if !out.iter().any(|i| i.value == value) {
            out.push(Identity { kind, value });
        }
    };
    if let Some(user) = user.filter(|u| !u.0.is_empty()) {
        add(IdentityKind::WhatsappUser, user.owned());
    }
    for number in numbers.iter().flatten() {
        match Phone::from_wa_id(&number.0) {
            Some(phone) => add(IdentityKind::Phone, phone.e164().to_owned()),
            // Not digits: whatever it is, it names somebody and can be answered.
            None if !number.0.is_empty() => add(IdentityKind::WhatsappUser, number.owned()),
            None => {}
        }
    }
    out
}

fn name_of(person: &Person<'_>) -> Option<String> {
    let profile: Profile<'_> = wire::read(person.profile)?;
    profile.name.or(profile.username).map(|n| n.owned()).filter(|n| !n.trim().is_empty())
}

/// Unix seconds as text or number. Zero when it cannot be read: the caller then takes the time of arrival.
fn time(stamp: Option<&Lax<'_>>) -> Time {
    Time::from_secs(stamp.and_then(|s| s.0.parse().ok()).filter(|s| *s >= 0).unwrap_or(0))
}

fn status(account: &str, raw: Raw<'_>) -> HookItem {
    let other = || HookItem::Other { waba: None, account: Some(account.to_owned()), field: "statuses".into(), raw: wire::value(raw) };
    let Some(s) = wire::read::<Status<'_>>(Some(raw)) else { return other() };
    let delivery = match &*s.status.0 {
        "sent" => Delivery::Sent,
        "delivered" => Delivery::Delivered,
        "read" | "played" => Delivery::Read,
        "failed" => Delivery::Failed,
        _ => return other(),
    };
    let fault = wire::items(s.errors).into_iter().find_map(|e| wire::read(Some(e)));
    let receipt = Receipt {
        provider_id: s.id.owned(),
        callback: s.biz_opaque_callback_data.map(|c| c.owned()),
        delivery,
        at: time(s.timestamp.as_ref()),
        problem: fault.map(|f| problems::from_fault(&f)).or_else(|| (delivery == Delivery::Failed).then(problems::unexplained)),
        price_category: wire::read::<Pricing<'_>>(s.pricing).and_then(|p| p.category).map(|c| c.owned()),
    };
    HookItem::Receipt { account: account.to_owned(), receipt }
}

fn preference(account: &str, raw: Raw<'_>) -> HookItem {
    let read = || {
        let p: Preference<'_> = wire::read(Some(raw))?;
        let marketing = match (&*p.category?.0, &*p.value?.0) {
            ("marketing_messages", "resume" | "signup") => true,
            ("marketing_messages", "stop") => false,
            _ => return None,
        };
        let identity = identities(p.user_id.as_ref(), &[p.wa_id.as_ref()]).into_iter().next()?;
        Some(HookItem::Preference { account: account.to_owned(), identity, marketing })
    };
    let other =
        || HookItem::Other { waba: None, account: Some(account.to_owned()), field: "user_preferences".into(), raw: wire::value(raw) };
    read().unwrap_or_else(other)
}

/// News of a template: it names the business account, no number.
fn template(waba: &Lax<'_>, field: &Lax<'_>, raw: Raw<'_>) -> Option<HookItem> {
    let decided = match &*field.0 {
        "message_template_status_update" => true,
        "template_category_update" | "message_template_components_update" => false,
        _ => return None,
    };
    let t: TemplateNews<'_> = wire::read(Some(raw))?;
    Some(HookItem::Template {
        waba: waba.owned(),
        name: t.message_template_name.owned(),
        language: t.message_template_language.owned(),
        status: t.event.filter(|_| decided).map(|e| e.owned().to_uppercase()),
        reason: t.reason.filter(|r| &*r.0 != "NONE").map(|r| r.owned()).unwrap_or_default(),
    })
}

fn problem(account: &str, raw: Raw<'_>) -> HookItem {
    match wire::read(Some(raw)) {
        Some(fault) => HookItem::Problem { account: account.to_owned(), problem: problems::from_fault(&fault) },
        None => HookItem::Other { waba: None, account: Some(account.to_owned()), field: "errors".into(), raw: wire::value(raw) },
    }
}

//! The first page.

use crate::domain::error::Result;
use crate::domain::shop::order::Status;
use crate::domain::time::DAY_MS;
use crate::store::house::{contact, conversation, message};
use crate::store::reception::booking;
use crate::store::shop::order;
use crate::store::tx::Read;
use crate::store::usage;
use crate::web::format::{self, count};
use crate::web::pages::answer::Answer;
use crate::web::pages::house::needs::needs;
use crate::web::pages::house::whatsapp;
use crate::web::pages::reception::calendar::pill as booked;
use crate::web::pages::session::{Here, View};
use crate::web::pages::shop::order::{how, pill};
use crate::web::view::house::today::{Answered, Coming, Sales, SalesDay, TodayPage};
use crate::web::view::{Note, RailPoint};

/// `GET /app`.
pub async fn page(here: Here) -> Answer {
    let can_decide = here.require(crate::domain::house::member::Role::Manager).is_ok();
    let business = here.business.id;
    let locked = here.app.directory().unopened().iter().any(|(of, _)| *of == business);
    let quiet = !here.connected().whatsapp && !here.connected().simulated;
    let page = here.view("today", move |tx, v| {
        let (needs, all) = needs(tx, &v, can_decide)?;
        let (_, in_care) = conversation::count_conversations(tx)?;
        let title = match all {
            0 => "Nothing needs you".to_owned(),
            1 => "1 thing needs you".to_owned(),
            n => format!("{n} things need you"),
        };
        let when = format::long(v.now, &v.profile.time_zone);
        let sub = if v.profile.answers {
            format!("{when}. Steward is looking after {}.", count(in_care, "chat", "chats"))
        } else {
            format!("{when}. Steward is off.")
        };
        Ok(TodayPage {
            title,
            sub,
            notes: notes(&v, quiet, locked),
            needs,
            done: done(tx, &v)?,
            done_since: "since midnight".into(),
            sales: sales(tx, &v)?,
            answered: answered(tx, &v)?,
            coming: coming(tx, &v)?,
            bookings: bookings(tx, &v)?,
            chrome: v.chrome,
        })
    });
    here.page(&page.await?)
}

fn notes(v: &View, quiet: bool, locked: bool) -> Vec<Note> {
    let mut notes = Vec::new();
    if locked {
        notes.push(whatsapp::locked());
    } else if quiet {
        notes.push(Note {
            tone: "info",
            icon: "link",
            title: "WhatsApp is not connected yet.".into(),
            text: "Customers reach you by the chat on your page. Connect WhatsApp under Settings.".into(),
        });
    }
    if v.profile.payment_instructions.is_empty() {
        notes.push(Note {
            tone: "warn",
            icon: "warn",
            title: "Customers cannot be told how to pay.".into(),
            text: "Write your bank details under Settings, Business.".into(),
        });
    }
    notes
}

fn done(tx: &Read<'_>, v: &View) -> Result<Vec<RailPoint>> {
    let today = v.midnight(0);
    let (orders, sum) = order::sum_made_since(tx, today)?;
    let (paid, _) = order::sum_paid(tx, today, v.now.plus_ms(1))?;
    let (steward, _) = message::count_answered_since(tx, today)?;
    let (_, sent) = message::count_messages_since(tx, today)?;
    let point = |icon, title: String, url: &str, link: &str| RailPoint {
        tone: "ok",
        icon,
        title,
        url: url.into(),
        link: link.into(),
        ..RailPoint::default()
    };
    let mut rail = Vec::new();
    if orders > 0 {
        rail.push(point(
            "check",
            format!("{} taken, {} in all", count(orders, "order", "orders"), v.money(sum)),
            "/app/orders",
            "See the board",
        ));
    }
    if paid > 0 {
        rail.push(point("check", format!("{} approved", count(paid, "payment", "payments")), "", ""));
    }
    if steward > 0 {
        let title = format!("{} answered with {}", count(steward, "chat", "chats"), count(sent, "message", "messages"));
        rail.push(RailPoint { tone: "", ..point("msg", title, "/app/work-log", "Read what was done and why") });
    }
    Ok(rail)
}

fn sales(tx: &Read<'_>, v: &View) -> Result<Sales> {
    let mut days = Vec::new();
    for back in (0..7).rev() {
        let from = v.midnight(back);
        let to = if back == 0 { v.now.plus_ms(1) } else { v.midnight(back - 1) };
        let (_, minor) = order::sum_paid(tx, from, to)?;
        days.push((from, minor));
    }
    let most = days.iter().map(|(_, m)| *m).max().unwrap_or(0).max(1);
    let today = days.last().map_or(0, |(_, m)| *m);
    let week_ago = v.now.plus_ms(-7 * DAY_MS);
    let (_, before) = order::sum_paid(tx, v.midnight(7), week_ago)?;
    let weekday = v.now.in_zone(&v.profile.time_zone).strftime("%A").to_string();
    let (change, tone) = match today - before {
        _ if before == 0 => (String::new(), ""),
        d if d >= 0 => (format!("{} more", v.money(d)), "up"),
        d => (format!("{} less", v.money(-d)), "down"),
    };
    let label = |at: crate::domain::time::Time| at.in_zone(&v.profile.time_zone).strftime("%a").to_string();
    let words: Vec<String> = days.iter().map(|(at, m)| format!("{} {}", label(*at), v.money(*m))).collect();
    let columns = days.iter().zip(0i64..).map(|((at, minor), i)| SalesDay {
        label: label(*at),
        x: i * 40,
        height: (i128::from(*minor) * 80 / i128::from(most)).try_into().unwrap_or(0),
        now: i == 6,
        value: String::new(),
    });
    let days = if most > 1 { columns.collect() } else { Vec::new() };
    Ok(Sales {
        total: v.money(today),
        change,
        tone,
        than: format!("than last {weekday} at this time"),
        days,
        sentence: format!("Sales of the last seven days: {}.", words.join(", ")),
    })
}

fn answered(tx: &Read<'_>, v: &View) -> Result<Answered> {
    let today = v.midnight(0);
    let (steward, people) = message::count_answered_since(tx, today)?;
    let first = message::list_first_replies(tx, today, 1_000)?;
    let waiting = v.chrome.waiting;
    let used = u64::try_from(usage::day_cost_micros(tx, &usage::today(tx)?)?).unwrap_or(0);
    let cost = if used == 0 {
        "free so far".to_owned()
    } else {
        format!("{} of {}", format::cost(used), format::cost(v.profile.daily_limit_micros))
    };
    Ok(Answered { steward: (steward - people).max(0), people, waiting, first_reply: usual(first), cost })
}

/// The middle one: half of the customers waited less.
fn usual(mut ms: Vec<i64>) -> String {
    ms.sort_unstable();
    ms.get(ms.len() / 2).map_or_else(String::new, |ms| format::about((*ms).max(0)))
}

/// Bookings that begin today and are not over.
fn bookings(tx: &Read<'_>, v: &View) -> Result<Vec<Coming>> {
    let all = booking::list_between(tx, v.now, v.midnight(-1), 50)?;
    let to_come = all.into_iter().filter(|b| !b.status.is_final());
    let row = to_come.map(|b| Coming {
        time: v.moment_ahead(b.starts_at),
        text: format!("{}, {}, {}", if b.name.is_empty() { "Guest" } else { &b.name }, b.party, b.place_words()),
        url: format!("/app/bookings/{}", b.id),
        pill: booked(b.status),
    });
    Ok(row.collect())
}

fn coming(tx: &Read<'_>, v: &View) -> Result<Vec<Coming>> {
    let mut out = Vec::new();
    for status in [Status::ReadyForPickup, Status::OutForDelivery, Status::Preparing, Status::Paid] {
        for row in order::list_orders(tx, Some(status), None, 6)? {
            let o = row.order;
            let who = contact::find_contact(tx, o.contact_id)?.display_name();
            out.push(Coming {
                time: v.age(o.updated_at),
                text: format!("#{}, {who}, {}", o.number, how(o.fulfilment).to_lowercase()),
                url: format!("/app/orders/{}", o.id),
                pill: pill(o.status),
            });
        }
    }
    out.truncate(6);
    Ok(out)
}

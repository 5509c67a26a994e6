//! A day at a bakery, for the tests that render every page.

mod answers;
mod buying;
mod house;
mod money;
mod people;
mod public;
mod reception;
mod runs;
mod settings;
mod shop;

use crate::domain::house::message::Delivery;
use crate::web::view::house::account::*;
use crate::web::view::house::approval::*;
use crate::web::view::house::assistant::*;
use crate::web::view::house::case::*;
use crate::web::view::house::contact::*;
use crate::web::view::house::conversation::*;
use crate::web::view::house::import::*;
use crate::web::view::house::intent::*;
use crate::web::view::house::item::*;
use crate::web::view::house::phone::*;
use crate::web::view::house::run::{RunPage, RunRow, RunsPage, Span, StepDetail, UsedRow};
use crate::web::view::house::saved_answers::*;
use crate::web::view::house::set_up::*;
use crate::web::view::house::settings::*;
use crate::web::view::house::today::*;
use crate::web::view::public::*;
use crate::web::view::shop::money::MoneyCard;
use crate::web::view::shop::order::*;
use crate::web::view::shop::receipt::*;
use crate::web::view::shop::statement::*;
use crate::web::view::*;
use askama::Template;

fn s(x: &str) -> String {
    x.to_owned()
}

pub(super) fn chrome(active: &'static str, here: &str) -> Chrome {
    Chrome {
        business_name: s("Kẹ́mi’s Bakery"),
        slug: s("kemis-bakery"),
        initials: s("KB"),
        member_name: s("Kẹ́mi Adébáyọ̀"),
        active,
        here: s(here),
        needs: 3,
        waiting: 2,
        open_orders: 16,
        answers: true,
        answers_note: s("23 chats in its care. Switch off to answer everything yourself."),
        set_up_done: 4,
        set_up_all: 6,
        businesses: vec![BusinessLink { name: s("Marina Keys"), slug: s("marina-keys"), initials: s("MK") }],
        live_after: 118,
        has_phone: true,
        ..Chrome::default()
    }
    .with_role(Role::Owner)
}

fn rail() -> Vec<RailPoint> {
    let point = |tone, icon, title: &str, time: &str, text: &str| RailPoint {
        tone,
        icon,
        title: s(title),
        time: s(time),
        text: s(text),
        ..RailPoint::default()
    };
    vec![
        point("now", "", "Waiting for you", "25 min", "The customer says it is paid."),
        point("ok", "check", "Payment details sent", "09:31", ""),
        RailPoint { url: s("/app/work-log/1"), link: s("How Steward decided"), ..point("ok", "check", "Ordered in the chat", "09:30", "") },
    ]
}

fn known() -> Vec<FactRow> {
    let fact = |id: &str, kind, kind_word, text: &str, until: &str| FactRow {
        id: s(id),
        kind,
        kind_word,
        text: s(text),
        source: s("Written by the customer, Thu 10:02"),
        until: s(until),
        until_day: s("2027-01-20"),
        url: s("/app/messages/1"),
        of: s("/app/customers/1"),
    };
    vec![
        fact("f1", "Allergy", "allergy", "peanuts <i>smashed</i>", ""),
        fact("f2", "Address", "address", "office: 12 Marina", "until 20 January 2027"),
    ]
}

fn care() -> Care {
    Care {
        assignee: s("Bola"),
        picks: vec![pick("", "Nobody has this", false), pick("2", "Bola", true)],
        clock: Some(Pill::new("bad", "8 min late")),
        suggestion: s("Hello Ngozi, this is Bola. <i>smashed</i>"),
        stale: true,
        can_ask: true,
        ready: vec![ReadyReply { id: s("r1"), name: s("thanks"), text: s("Thank you <i>smashed</i>") }],
        ..Care::default()
    }
}

fn note(tone: &'static str) -> Note {
    Note { tone, icon: "warn", title: s("Ngozi asks for a person"), text: s("Cake arrived damaged, asks for ₦24,000 back.") }
}

fn row(i: usize, name: &str, last: &str, pill: Option<Pill>, heading: &str) -> ConversationRow {
    ConversationRow {
        id: i.to_string(),
        url: format!("/app/messages/{i}"),
        name: s(name),
        initials: crate::web::format::initials(name),
        time: s("10:02"),
        last: s(last),
        icon: if i == 0 { "image" } else { "" },
        unread: pill.is_some(),
        pill,
        current: i == 0,
        heading: s(heading),
    }
}

fn list() -> ConversationList {
    ConversationList {
        chips: vec![
            Chip { label: s("Need you"), count: s("2"), url: s("/app/messages?show=needs"), on: true },
            Chip { label: s("Steward"), count: s("23"), url: s("/app/messages?show=steward"), on: false },
        ],
        rows: vec![
            row(0, "Ngozi Eze", "Picture", Some(Pill::new("bad", "Needs you")), ""),
            row(1, "Chidinma Okafor", "I have paid <b>now</b>", Some(Pill::new("warn", "Payment to check")), ""),
            row(2, "Amina Sani", "Ina kwana, kuna da biredi?", None, "With Steward now"),
            row(3, "+234706 ··· 0118", "كم سعر الخبز؟", None, ""),
        ],
        ..ConversationList::default()
    }
}

fn thread(open: bool) -> Thread {
    let msg = |id: &str, out, text: &str, delivery| MessageView {
        id: s(id),
        out,
        author: s("Steward"),
        time: s("09:58"),
        text: s(text),
        tick: Tick::of(delivery),
        ..MessageView::default()
    };
    let step = |tone, icon, title: &str, text: &str| Step { tone, icon, title: s(title), text: s(text) };
    let steps = Steps {
        id: s("s-1"),
        summary: s("Steward did 2 things, then stopped"),
        took: s("2.4 s"),
        steps: vec![step("ok", "check", "Understood", "asks for a refund"), step("warn", "hand", "Stopped", "refunds need a person")],
        url: s("/app/work-log/1"),
        open: true,
    };
    Thread {
        id: s("871"),
        name: s("Ngozi Eze"),
        initials: s("NE"),
        sub: s("WhatsApp, +234 803 ··· 4471"),
        lang: s("en"),
        human: true,
        care: care(),
        waiting: Some(note("warn")),
        window: Some(Window { open, until: s("Sun 10:02"), left: s("23 h 46 min"), minutes: 1426 }),
        entries: vec![
            Entry::Day(s("Today")),
            Entry::message(MessageView {
                media_url: s("/static/favicon.svg"),
                media: "image",
                ..msg("1", false, "Good morning. The icing has <i>smashed</i>", Delivery::Received)
            }),
            Entry::Steps(steps),
            Entry::Note(NoteView { id: s("n1"), author: s("Bola"), time: s("09:59"), text: s("Her third complaint <i>smashed</i>") }),
            Entry::message(MessageView {
                choices: vec![s("Pick-up"), s("Delivery")],
                ..msg("2", true, "I am sorry about this, Ngozi.", Delivery::Read)
            }),
            Entry::message(MessageView {
                icon: "mic",
                label: s("Voice note"),
                media_url: s("/media/x"),
                media: "audio",
                quote: s("I am sorry"),
                ..msg("3", false, "", Delivery::Received)
            }),
            Entry::message(MessageView {
                problem: s("WhatsApp says this number cannot be reached."),
                again: true,
                key: s("k9"),
                ..msg("4", true, "One moment.", Delivery::Failed)
            }),
            Entry::message(MessageView {
                lines: vec![s("2 × Meat pie"), s("1 × Large bread")],
                icon: "orders",
                label: s("Order from the catalogue"),
                ..msg("5", false, "", Delivery::Received)
            }),
            Entry::Mark(s("You took over, 10:16"), true),
            Entry::message(MessageView { mine: true, ..msg("6", true, "This is Kẹ́mi.", Delivery::Sent) }),
        ],
        composer: Composer {
            open,
            closed_why: s(
                "WhatsApp’s 24 hours are over for Ngozi. Only an approved message can be sent; when Ngozi answers you may write freely again.",
            ),
            templates: vec![TemplatePick {
                name: s("order_update"),
                language: s("en"),
                label: s("Order update"),
                text: s("Hello [1], there is news about your order."),
                places: vec![PlaceField {
                    key: s("1"),
                    mark: s("[1]"),
                    label: s("Place 1"),
                    example: s("Ada"),
                    error: s("Fill in 1."),
                    ..PlaceField::default()
                }],
                open: true,
            }],
            key: s("k1"),
            ..Composer::default()
        },
        customer: CustomerPanel {
            url: s("/app/customers/1"),
            since: s("Customer since March 2025"),
            facts: vec![(s("Orders"), s("14")), (s("Spent"), s("₦186,400")), (s("Writes in"), s("English, Pidgin"))],
            basket: vec![s("2 meat pies"), s("1 large bread (sliced)")],
            basket_total: s("₦3,700"),
            orders: vec![order_link()],
            known: known(),
            note: s("Blue gate, opposite the school."),
        },
        ..Thread::default()
    }
}

fn order_link() -> OrderLink {
    OrderLink {
        url: s("/app/orders/1"),
        number: s("#1039"),
        words: s("Birthday cake, 10 inch"),
        total: s("₦24,000"),
        pill: Pill::new("ok", "Paid"),
        time: s("Thu"),
    }
}

fn tile(i: usize, pill: Option<Pill>, next: &str) -> Tile {
    Tile {
        id: i.to_string(),
        url: format!("/app/orders/{i}"),
        name: s("Halima Garba"),
        total: s("₦9,000"),
        words: s("10 meat pies, 2 large bread (sliced)"),
        number: format!("#{}", 1040 + i),
        icon: "truck",
        how: s("Delivery"),
        wish: if i == 1 { "tomorrow at 1pm".into() } else { String::new() },
        age: s("25 min"),
        pill,
        next: s(next),
        next_label: if next.is_empty() { s("") } else { s("Start preparing") },
        key: format!("k{i}"),
    }
}

fn settings(part: Part, on: usize) -> SettingsPage {
    let words = ["Business", "Hours", "WhatsApp", "Model", "People", "Keys", "Unread"];
    let chip = |(i, w): (usize, &&str)| Chip {
        label: s(w),
        url: format!("/app/settings?part={i}"),
        on: i == on,
        count: if i == 6 { s("1") } else { s("") },
    };
    SettingsPage {
        chrome: chrome("settings", "/app/settings"),
        parts: words.iter().enumerate().map(chip).collect(),
        part,
        errors: Errors {
            fields: vec![(s("token"), s("Meta says this token ended on 14 November. Make a permanent one and paste it here."))],
            message: if on == 2 { s("Meta does not accept the token.") } else { s("") },
        },
    }
}

fn pick(value: &str, label: &str, on: bool) -> Pick {
    Pick { value: s(value), label: s(label), on }
}

fn chat() -> Chat {
    let line = |id: &str, mine, text: &str| ChatMessage { id: s(id), mine, text: s(text), time: s("10:14"), ..ChatMessage::default() };
    Chat {
        slug: s("kemis-bakery"),
        name: s("Kẹ́mi’s Bakery"),
        initials: s("KB"),
        disclosure: s("You are chatting with the bakery’s AI assistant. Write “person” to reach Kẹ́mi."),
        session: s("abc"),
        messages: vec![
            line("1", true, "Hello, do you have meat pie? I need 20"),
            line("2", false, "Good morning! Yes, 64 left. 20 meat pies are ₦18,000."),
            line("3", false, "Pick-up in Yaba, or delivery?"),
        ],
        quick: vec![s("Pick-up"), s("Delivery")],
        key: s("k"),
        ..Chat::default()
    }
}

/// Every page: its file name and its HTML.
pub(super) fn pages() -> Vec<(&'static str, String)> {
    let all = [
        answers::pages(),
        buying::pages(),
        shop::pages(),
        money::pages(),
        house::pages(),
        reception::pages(),
        runs::pages(),
        people::pages(),
        settings::pages(),
        public::pages(),
    ];
    all.into_iter().flatten().map(|(name, html)| (name, html.unwrap())).collect()
}

type Rendered = Vec<(&'static str, askama::Result<String>)>;

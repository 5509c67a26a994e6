//! Outreach, an erasure, and who did what.

use super::*;
use crate::web::view::handover::{PersonPage, Row, Section};
use crate::web::view::house::audit::AuditPage;
use crate::web::view::house::erasure::{ErasePage, ErasurePage};
use crate::web::view::outreach::campaign::{CampaignPage, CampaignRow, OutreachPage};

pub(super) fn pages() -> Rendered {
    let outreach = OutreachPage {
        chrome: chrome("outreach", "/app/outreach"),
        campaigns: vec![CampaignRow {
            url: s("/app/outreach/1"),
            name: s("Come back for meat pies <i>smashed</i>"),
            group: s("Quiet ones (not seen for 60 days)"),
            pill: Pill::new("ok", "Sent"),
            results: s("41 sent, 12 replied"),
        }],
        groups: vec![(s("1"), s("Quiet ones"), s("not seen for 60 days"), s("58"))],
        picks: vec![pick("1", "Quiet ones", true)],
        templates: vec![pick("", "They get nothing", true)],
        languages: vec![pick("", "Any language", true)],
        nudges: true,
        nudge_after: s("45"),
        quiet_from: s("20:00"),
        quiet_to: s("08:00"),
        pause_days: s("7"),
        points_on: true,
        terms: vec![("per", "A point for each", s("100.00"), s("NGN paid"))],
        points_sum: s("1,240 points given, 310 taken or expired."),
        ..OutreachPage::default()
    };
    let draft = CampaignPage {
        chrome: chrome("outreach", "/app/outreach/1"),
        id: s("1"),
        name: s("Come back"),
        sub: s("By Nkechi, 09:30"),
        pill: Pill::new("", "Draft"),
        text: s("Hello {name}, we miss you <i>smashed</i>"),
        group: s("Quiet ones"),
        preview: vec![(s("In the group"), s("58")), (s("Left out: never said yes to messages"), s("17"))],
        can_start: true,
        count: s("41 people"),
        waits: s("It is quiet now: it goes out at 08:00."),
        ..CampaignPage::default()
    };
    let sent = CampaignPage { preview: vec![], can_stop: true, results: vec![(s("Sent"), s("41"))], ..draft.clone() };
    let erase = ErasePage {
        chrome: chrome("customers", "/app/customers/1/erase"),
        id: s("1"),
        name: s("Ngozi <i>smashed</i>"),
        word: s("Ngozi Eze"),
        holds: vec![(s("41 messages"), s("deleted"))],
        errors: Errors { fields: vec![(s("typed"), s("Type Ngozi Eze exactly. Nothing was erased."))], message: s("") },
    };
    let erased = ErasurePage {
        chrome: chrome("customers", "/app/erasures/1"),
        sub: s("By Nkechi, 09:30"),
        note: Note { tone: "ok", icon: "check", title: s("Nothing of this person is left"), text: s("") },
        counts: vec![(s("messages"), s("41 deleted")), (s("orders"), s("3 anonymised"))],
        proof: vec![(s("Tables read"), s("96"))],
        found: vec![(s("chunks.text"), s("words, 1 time"))],
        copies: vec![s("backups/monday.zip")],
    };
    let audit = AuditPage {
        chrome: chrome("settings", "/app/audit"),
        rows: vec![(s("09:30"), s("Nkechi <i>smashed</i>"), s("on the dashboard"), s("/app/orders/1/approve-payment"))],
        next: s("/app/audit?before=1"),
        kept: vec![("messages_months", "Messages and their files", s("24"))],
    };
    let row = Row { cells: vec![(s("text"), s("Hello <i>smashed</i>"))], files: vec![s("media/1.jpg")] };
    let person = PersonPage {
        business: s("Kẹ́mi’s Bakery"),
        name: s("Ngozi Eze"),
        made: s("2026-11-21T09:30:00Z"),
        sections: vec![Section { id: s("messages"), title: s("Messages"), rows: vec![row] }],
    };
    vec![
        ("outreach", outreach.render()),
        ("campaign", draft.render()),
        ("campaign-sent", sent.render()),
        ("erase", erase.render()),
        ("erasure", erased.render()),
        ("audit", audit.render()),
        ("person-export", person.render()),
    ]
}

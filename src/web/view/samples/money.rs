//! The money of an order, the pay page, and the gateway's keys.

use super::*;
use crate::web::view::house::insights::{Bar, InsightsPage, Plot, Ranked, Ranking};
use crate::web::view::pay::PayPage;
use crate::web::view::shop::money::{BackForm, RefundRow};

/// An order's money with all that can be odd about it.
pub(super) fn card() -> MoneyCard {
    let row = |id: &str, pill, doubt| RefundRow {
        id: s(id),
        amount: s("₦2,000"),
        words: s("One pie was cold (Paystack), Kẹ́mi <b>A</b>, 10:14"),
        pill,
        problem: if doubt { s("The line failed.") } else { s("") },
        doubt,
    };
    MoneyCard {
        pill: Pill::new("info", "Partly given back"),
        facts: vec![(s("To pay"), s("₦18,500")), (s("By"), s("Paystack"))],
        link: s("https://pay.example.com/abc"),
        notes: vec![note("bad")],
        can_make: true,
        can_ask: true,
        can_put_away: true,
        refunds: vec![row("1", Pill::new("ok", "Given back"), false), row("2", Pill::new("warn", "Nobody knows"), true)],
        left: s("14,500"),
        left_said: s("₦14,500"),
        owed: true,
        back: BackForm { amount: s("14,500"), sign: s("₦"), ..BackForm::default() },
        way: s("by Paystack"),
        papers: vec![("invoice", "Invoice"), ("receipt", "Receipt")],
        can_send: true,
        goods: true,
        key: s("k"),
    }
}

pub(super) fn pages() -> Rendered {
    let pay = PayPage {
        name: s("Kẹ́mi’s Bakery"),
        slug: s("kemis-bakery"),
        initials: s("KB"),
        number: s("1047"),
        lines: vec![(s("12 meat pies <b>warm</b>"), s("₦10,800"))],
        total: s("₦18,500"),
        token: s("abc"),
        ..PayPage::default()
    };
    let keys = PaymentsForm {
        gateways: vec![pick("none", "None", false), pick("paystack", "Paystack, keys kept", true)],
        email: s("till@example.com"),
        given: s("Stripe"),
        hooks: vec![(s("Paystack"), s("https://steward.example.com/webhooks/paystack"))],
        tax_name: s("VAT"),
        tax_rate: s("7.5"),
        tax_number: s("12345678-0001"),
    };
    let settings = SettingsPage {
        chrome: chrome("settings", "/app/settings?part=payments"),
        parts: vec![],
        part: Part::Payments(keys),
        errors: Errors::default(),
    };
    let plot = Plot {
        id: s("sales"),
        title: s("Sales a day"),
        sentence: s("Sales a day, 15 to 21 November."),
        bars: vec![Bar { x: 0, y: 20, width: 18, height: 110, now: true }],
        ticks: vec![(20, s("15 Nov"))],
        most: s("₦142,300"),
        head: vec![s("Day"), s("Sales")],
        rows: vec![vec![s("2026-11-21"), s("₦142,300")]],
        csv: s("/app/insights/sales.csv?days=7"),
    };
    let list = Ranking {
        id: s("best"),
        title: s("Best sellers"),
        head: vec![s("What"), s("Ordered")],
        rows: vec![Ranked { name: s("Large bread <b>sliced</b>"), cells: vec![s("42")], width: 280 }],
        empty: s("Nothing was ordered in these days."),
        csv: s("/app/insights/items.csv?days=7"),
    };
    let insights = InsightsPage {
        chrome: chrome("insights", "/app/insights"),
        sub: s("15 to 21 November"),
        chips: vec![Chip { label: s("7 days"), url: s("/app/insights?days=7"), on: true, ..Chip::default() }],
        figures: vec![(s("Sales"), s("₦142,300"), s("31 payments"))],
        plots: vec![plot],
        lists: vec![list.clone(), Ranking { id: s("ageing"), rows: vec![], ..list }],
    };
    vec![
        ("insights", insights.render()),
        ("pay", pay.render()),
        ("pay-paid", PayPage { paid: true, ..pay.clone() }.render()),
        ("pay-closed", PayPage { open: s("This order is cancelled."), ..pay }.render()),
        ("settings-payments", settings.render()),
    ]
}

//! A bakery that buys eggs and flour.

use super::*;
use crate::web::view::buying::purchase::{
    CameRow, Check, CheckLine, Decide, OfferRow, PayRow, PurchasePage, PurchaseRow, PurchasesPage, Suggested, Talk,
};
use crate::web::view::buying::vendor::{BuyingForm, VendorForm, VendorRow, VendorsPage};

pub(super) fn pages() -> Rendered {
    let wrong = Errors { fields: vec![], message: s("Say how much: \"12 dozen eggs\", not only \"eggs\".") };
    vec![
        ("buying", list(Errors::default()).render()),
        ("buying-wrong", PurchasesPage { typed: s("eggs <b>now</b>"), ..list(wrong) }.render()),
        ("buying-none", PurchasesPage { chrome: chrome("buying", "/app/buying"), no_vendors: true, ..PurchasesPage::default() }.render()),
        ("purchase", purchase(true).render()),
        ("purchase-paid", paid().render()),
        ("vendors", vendors().render()),
        ("vendors-none", VendorsPage { chrome: chrome("buying", "/app/buying/vendors"), ..VendorsPage::default() }.render()),
    ]
}

fn list(errors: Errors) -> PurchasesPage {
    let row = |title: &str, total: &str, pill: Pill| PurchaseRow {
        url: s("/app/buying/1"),
        title: s(title),
        about: s("#7, by Friday 27 November, at most ₦90,000"),
        total: s(total),
        time: s("10:02"),
        pill,
    };
    PurchasesPage {
        chrome: chrome("buying", "/app/buying"),
        sub: s("2 under way"),
        errors,
        rows: vec![
            row("12 dozen eggs, 10 kg flour", "₦61,200", Pill::new("warn", "Your choice")),
            row("4 crates <i>smashed</i>", "", Pill::new("info", "Asking sellers")),
        ],
        older: s("/app/buying?before=1"),
        suggestions: vec![Suggested { words: s("11 crates eggs"), why: s("3 left, about 3 days") }],
        key: s("k"),
        ..PurchasesPage::default()
    }
}

fn talk(name: &str, pill: Pill, on: bool) -> Talk {
    let lines = vec![
        ("Steward", s("Good morning, we need:\n• 12 dozen eggs\n• 10 kg flour")),
        ("They", s("Eggs 5,200 a dozen <i>smashed</i>")),
        ("Steward", s("Could you do ₦61,000 for all of it?")),
        ("They", s("Ok, last price 61,200")),
    ];
    Talk {
        id: s("t1"),
        name: s(name),
        pill,
        how: if on { "On the phone" } else { "" },
        on,
        last: lines[1..].to_vec(),
        all: lines,
        asks: s("₦61,200 all in, valid until Tue 10:00"),
        steps: s("₦64,000, ₦62,500, ₦61,200"),
        problem: s("They said that somebody of yours had agreed to something. It changed nothing."),
        chat_url: s("/app/messages/1"),
        by_hand: on,
    }
}

fn offer(name: &str, best: bool) -> OfferRow {
    OfferRow {
        vendor: s("v1"),
        name: s(name),
        best,
        goods: s("₦60,200"),
        delivery: s("₦1,000"),
        total: s("₦61,200"),
        arrives: s("next day"),
        late: !best,
        against: if best { s("") } else { s("Not everything") },
        record: s("7 of 8 as ordered"),
        score: s("82"),
        may_take: !best,
        take: format!("Take {name} for ₦61,200"),
    }
}

fn purchase(open: bool) -> PurchasePage {
    PurchasePage {
        chrome: chrome("buying", "/app/buying/1"),
        id: s("1"),
        title: s("12 dozen eggs, 10 kg flour"),
        sub: s("#7, by Friday 27 November, at most ₦90,000. Asked for by Kẹ́mi."),
        pill: Pill::new("warn", "Your choice"),
        stages: vec![("Asked", "done"), ("Compared", "now"), ("Ordered", ""), ("Delivered", "")],
        note: None,
        may_stop: open,
        talks: vec![
            talk("Adeyẹmi Farms", Pill::new("ok", "Quote in"), false),
            talk("Mile 12 <b>now</b>", Pill::new("info", "Talking"), true),
        ],
        talks_sub: s("1 price in, 1 still talking"),
        offers: vec![offer("Adeyẹmi Farms", true), offer("Greenfield", false)],
        weights: s("Price 40 %, Speed 15 %"),
        ask: open.then(|| Decide {
            why: s("Lowest price all in. Adeyẹmi Farms: 12 dozen eggs, 10 kg flour for ₦61,200."),
            yes: s("Approve ₦61,200"),
            until: s("Given up Tue 10:00 unless somebody decides."),
            may: true,
        }),
        run_url: s("/app/work-log/1"),
        ..PurchasePage::default()
    }
}

fn paid() -> PurchasePage {
    let pay = |state: Pill, may_record, may_settle, id: &str| PayRow {
        id: s(id),
        name: s("Adeyẹmi Farms"),
        amount: s("₦61,200"),
        how: "Bank transfer by hand",
        pill: state,
        text: s("The bank was asked to pay and did not answer."),
        may_record,
        may_settle,
        order_url: s("/app/buying/1/orders/v1.pdf"),
    };
    let count = CheckLine { field: s("got-0"), label: s("eggs"), ordered: s("12"), unit: s("dozen") };
    let came = CameRow {
        name: s("Mile 12"),
        counted: s("9 of 10 kg <i>smashed</i> flour"),
        text: s("late. Quality 3 of 5. One bag was wet"),
        pill: Pill::new("warn", "Not as ordered"),
    };
    PurchasePage {
        pill: Pill::new("bad", "Payment unknown"),
        note: Some(note("bad")),
        payments: vec![pay(Pill::new("wait", "To pay"), true, false, "p1"), pay(Pill::new("bad", "Unknown"), false, true, "p2")],
        ach_url: s("/app/buying/1/payments.ach"),
        checks: vec![Check { vendor: s("v1"), name: s("Adeyẹmi Farms"), lines: vec![count] }],
        came: vec![came],
        ..purchase(false)
    }
}

fn vendors() -> VendorsPage {
    let row = |name: &str, blocked| VendorRow {
        url: s("/app/buying/vendors?id=1#form"),
        name: s(name),
        products: s("eggs, flour"),
        phone: s("+2348031110001"),
        scores: s("Quality 90, reliability 83"),
        found: s("list.csv"),
        blocked,
    };
    VendorsPage {
        chrome: chrome("buying", "/app/buying/vendors"),
        sub: s("2 vendors"),
        rows: vec![row("Adeyẹmi Farms", false), row("Mile 12 <i>smashed</i>", true)],
        next: s("/app/buying/vendors?after=1"),
        form: VendorForm {
            id: s("1"),
            reach: vec![pick("any", "WhatsApp, or by hand", true), pick("call", "Steward phones them", false)],
            name: s("Adeyẹmi Farms"),
            has_bank: true,
            routing: s("021000021"),
            ..VendorForm::default()
        },
        errors: Errors { fields: vec![], message: s("That is a premium number.") },
        dollars: true,
        weights: vec![(s("Price"), s("40 %"))],
        choices: vec![s("Took Adeyẹmi over Mile 12: better reliability, though worse price.")],
        buying: BuyingForm {
            methods: vec![pick("transfer", "Bank transfer by hand", true)],
            at_once: s("3"),
            vendors: s("6"),
            patience: s("120"),
            bank_routing: s("021000021"),
            ..BuyingForm::default()
        },
        import_done: s("1 added, 0 changed, 0 known already, 1 not taken."),
        import_wrong: vec![s("Row 3, Bem: That is a premium number.")],
        ..VendorsPage::default()
    }
}

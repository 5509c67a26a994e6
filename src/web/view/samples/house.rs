//! Catalogue, customers and the work log.

use super::*;

pub(super) fn pages() -> Rendered {
    let mut out: Rendered = Vec::new();
    let item = |i: usize, name: &str, pill| ItemRow {
        id: i.to_string(),
        url: s("/app/catalogue/1"),
        name: s(name),
        sku: s("BRD-1"),
        category: s("Bread"),
        price: s("₦1,900"),
        stock: if i == 1 { s("64") } else { s("") },
        available: i != 2,
        pill,
        photo_url: s(""),
    };
    out.push((
        "catalogue",
        ItemsPage {
            chrome: chrome("catalogue", "/app/catalogue"),
            sub: s("38 things, 35 can be ordered now"),
            chips: list().chips,
            rows: vec![
                item(1, "Large bread", None),
                item(2, "Meat pie", Some(Pill::new("", "Sold out"))),
                item(3, "Ẹ̀bà", Some(Pill::new("warn", "3 left"))),
            ],
            ..ItemsPage::default()
        }
        .render(),
    ));
    let form = ItemForm {
        id: s("1"),
        action: s("/app/catalogue/1"),
        name: s("Large bread"),
        sku: s("BRD-1"),
        aliases: s("agege, loaf"),
        description: s("Sliced or whole, 700 g"),
        category: s("Bread"),
        price: s("1,900"),
        sign: s("₦"),
        unit: s("loaf"),
        stock: s("64"),
        available: true,
        stock_shown: s("64"),
        available_shown: true,
        options: vec![
            OptionForm { index: 0, name: s("Cut"), choices: s("Whole\nSliced +100"), required: true, many: false },
            OptionForm { index: 1, ..OptionForm::default() },
        ],
        photo_url: s("/static/favicon.svg"),
        key: s("k"),
    };
    out.push((
        "ready-replies",
        ReadyRepliesPage {
            chrome: chrome("messages", "/app/ready-replies"),
            rows: care().ready,
            minutes: s("30"),
            errors: Errors { fields: vec![(s("name"), s("A name is one word."))], message: s("A name is one word.") },
            ..ReadyRepliesPage::default()
        }
        .render(),
    ));
    out.push((
        "item",
        ItemPage {
            chrome: chrome("catalogue", "/app/catalogue/1"),
            form,
            errors: Errors {
                fields: vec![(s("price"), s("\"19oo\" is not an amount. Write it like 1500 or 1,500.50."))],
                message: s("One field needs mending."),
            },
            categories: vec![s("Bread"), s("Cakes")],
        }
        .render(),
    ));
    let report = |running, dry| ImportReport {
        id: s("1"),
        filename: s("prices.csv"),
        dry,
        running,
        done: 120,
        total: 300,
        added: 36,
        changed: 2,
        same: 0,
        wrong: if running { 0 } else { 2 },
        rows: if running {
            vec![]
        } else {
            vec![ImportProblem {
                line: 14,
                row: s("Chin chin,abc"),
                column: s("price"),
                problem: s("\"abc\" is not an amount. Write it like 1500 or 1,500.50."),
            }]
        },
        ..ImportReport::default()
    };
    out.push((
        "import",
        ImportPage { chrome: chrome("catalogue", "/app/catalogue/import"), key: s("k"), ..ImportPage::default() }.render(),
    ));
    out.push((
        "import-tried",
        ImportPage {
            chrome: chrome("catalogue", "/app/catalogue/import/1"),
            report: Some(report(false, true)),
            key: s("k"),
            ..ImportPage::default()
        }
        .render(),
    ));
    out.push((
        "import-running",
        ImportPage {
            chrome: chrome("catalogue", "/app/catalogue/import/1"),
            report: Some(report(true, false)),
            key: s("k"),
            ..ImportPage::default()
        }
        .render(),
    ));
    out.push((
        "customers",
        ContactsPage {
            chrome: chrome("customers", "/app/customers"),
            sub: s("214 customers"),
            rows: vec![ContactRow {
                url: s("/app/customers/1"),
                name: s("Ngozi Eze"),
                initials: s("NE"),
                reach: s("+234 803 ··· 4471"),
                orders: s("14"),
                spent: s("₦186,400"),
                last: s("10:02"),
            }],
            groups: vec![Chip { label: s("Everybody"), url: s("/app/customers"), on: true, ..Chip::default() }],
            ..ContactsPage::default()
        }
        .render(),
    ));
    out.push((
        "customer",
        ContactPage {
            merges: vec![crate::web::view::house::contact::MergeRow {
                id: s("m1"),
                name: s("Ngọ<b>zi"),
                time: s("Monday 10:02"),
                by: s("Kẹ́mi"),
            }],
            twins: vec![pick("2", "Visitor, Messenger, 10:02", false)],
            chrome: chrome("customers", "/app/customers/1"),
            id: s("1"),
            name: s("Ngozi Eze"),
            initials: s("NE"),
            since: s("Customer since March 2025"),
            typed_name: s("Ngozi Eze"),
            note: s("Blue gate"),
            consent: vec![pick("", "Nobody asked", true), pick("yes", "Yes", false)],
            facts: thread(true).customer.facts,
            known: known(),
            kinds: vec![pick("allergy", "Allergy", true)],
            orders: vec![order_link()],
            conversations: list().rows,
            moments: rail(),
            tags: s("vip, wedding"),
            notes: vec![(s("1"), s("Nkechi, 09:30"), s("Calls before noon <i>smashed</i>"))],
            proof: s("Yes, by phone: please do. Written down by Nkechi, 3 Nov."),
            points: s("240, worth ₦2,400"),
            redeemable: vec![(s("1"), s("1049"))],
            ..ContactPage::default()
        }
        .render(),
    ));
    out.push((
        "work-log",
        RunsPage {
            chrome: chrome("work-log", "/app/work-log"),
            sub: s("61 turns today, 2 stopped to ask you"),
            chips: list().chips,
            rows: vec![RunRow {
                url: s("/app/work-log/1"),
                title: s("Took an order of ₦18,500"),
                who: s("Chidinma Okafor"),
                time: s("09:30"),
                took: s("2.4 s"),
                cost: s("free"),
                model: s("built-in"),
                pill: Pill::new("ok", "Answered"),
            }],
            ..RunsPage::default()
        }
        .render(),
    ));
    let span = |i: i64, kind, failed, name: &str| Span {
        url: s("/app/work-log/1?step=2#step"),
        icon: "msg",
        failed,
        name: s(name),
        kind,
        x: i * 180,
        w: 160,
        took: s("620 ms"),
        cost: s("$0.0004"),
        current: i == 2,
    };
    out.push((
        "turn",
        RunPage {
            work: None,
            chrome: chrome("work-log", "/app/work-log/1"),
            title: s("Took an order of ₦18,500"),
            pill: Pill::new("ok", "Answered"),
            chat_url: s("/app/messages/1"),
            who: s("Chidinma"),
            numbers: vec![
                (s("6.8 s"), s("from message to reply")),
                (s("$0.0012"), s("cost")),
                (s("4,879"), s("tokens, 4,622 in")),
                (s("5 steps"), s("2 asked a model")),
            ],
            asked: s("Please 12 meat pies to Yaba"),
            understood: vec![s("wants 12 Meat pie"), s("chooses delivery")],
            answered: s("That is ₦18,500 with delivery."),
            why: Some(note("info")),
            used: vec![
                UsedRow { text: s("Meat pie, ₦900, 64 left"), url: s("/app/catalogue/1") },
                UsedRow { text: s("Opening hours"), url: s("") },
            ],
            spans: vec![
                span(0, "", false, "Load customer and chat"),
                span(1, "m", false, "Understand: wants to order"),
                span(2, "f", true, "Ask the model, first try"),
                span(3, "w", false, "Wait"),
                span(4, "o", false, "Send on WhatsApp"),
            ],
            scale: (0..6).map(|i| crate::web::view::house::run::Tick { x: i * 180, label: format!("{i} s") }).collect(),
            step: Some(StepDetail {
                title: s("Ask the model, first try"),
                facts: vec![(s("Model"), s("built-in")), (s("Tokens"), s("1,920 in, 146 out"))],
                output: s("{\n  \"text\": \"…\"\n}"),
                input: s("12 meat pies"),
                note: Some(note("warn")),
                quoted: false,
            }),
        }
        .render(),
    ));
    out
}

//! Today, messages and orders.

use super::*;

pub(super) fn pages() -> Rendered {
    let mut out: Rendered = Vec::new();
    let day = |i: i64, h| SalesDay {
        label: s(["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][usize::try_from(i).unwrap()]),
        x: i * 40,
        height: h,
        now: i == 6,
        value: if i == 6 { s("142") } else { s("") },
    };
    let need = |i: usize, tone, icon, title: &str, act: &str| Need {
        id: format!("need-{i}"),
        tone,
        icon,
        title: s(title),
        url: s("/app/orders/1"),
        age: s("14 min"),
        why: s("Cake arrived damaged, asks for ₦24,000 back. Refunds are yours to decide."),
        link: s("Answer Ngozi"),
        act: s(act),
        act_url: s("/app/orders/1/approve-payment"),
        key: s("k"),
    };
    let today = TodayPage {
        chrome: Chrome {
            toast: Some(Toast { text: s("Payment for #1049 approved. Aisha has been told."), undo: s("/app/undo/1"), warn: false }),
            ..chrome("today", "/app")
        },
        title: s("3 things need you"),
        sub: s("Saturday 21 November, 10:16. Steward is looking after 23 chats."),
        notes: vec![Note { tone: "bad", ..note("bad") }],
        needs: vec![
            need(1, "bad", "hand", "Ngozi Eze is waiting for a person", ""),
            need(2, "warn", "receipt", "Chidinma Okafor says #1047 is paid", "Approve ₦18,500"),
            need(3, "", "help", "A message to Bola did not arrive", ""),
        ],
        done: rail(),
        done_since: s("since midnight"),
        sales: Sales {
            total: s("₦142,300"),
            change: s("₦18,900 more"),
            tone: "up",
            than: s("than last Saturday at this time"),
            days: (0..7).map(|i| day(i, 30 + i * 9)).collect(),
            sentence: s("Sales this week in thousands of naira. Saturday 142 so far."),
        },
        answered: Answered { steward: 61, people: 7, waiting: 2, first_reply: s("6 s"), cost: s("$0.41 of $2.00") },
        bookings: vec![Coming {
            time: s("19:30"),
            text: s("Ada, 4, Table 2"),
            url: s("/app/bookings/1"),
            pill: Pill::new("ok", "Confirmed"),
        }],
        coming: vec![Coming {
            time: s("25 min"),
            text: s("#1044, Dr Fashola, delivery"),
            url: s("/app/orders/1"),
            pill: Pill::new("ok", "Ready"),
        }],
    };
    out.push(("today", today.render()));
    out.push((
        "today-empty",
        TodayPage { chrome: chrome("today", "/app"), title: s("Nothing needs you"), ..TodayPage::default() }.render(),
    ));
    out.push((
        "messages",
        ConversationPage {
            chrome: chrome("messages", "/app/messages"),
            list: ConversationList { rows: list().rows.into_iter().map(|r| ConversationRow { current: false, ..r }).collect(), ..list() },
            thread: None,
        }
        .render(),
    ));
    out.push((
        "thread",
        ConversationPage { chrome: chrome("messages", "/app/messages/871"), list: list(), thread: Some(thread(true)) }.render(),
    ));
    out.push((
        "thread-over",
        ConversationPage { chrome: chrome("messages", "/app/messages/871"), list: list(), thread: Some(thread(false)) }.render(),
    ));
    let lane = |id: &str, title: &str, hot, tiles: Vec<Tile>, more: &str| Lane {
        id: s(id),
        title: s(title),
        count: tiles.len() as i64,
        sum: s("₦31,600"),
        hot,
        tiles,
        more: s(more),
        more_url: s("/app/orders?show=finished"),
    };
    let lanes = vec![
        lane("l-unpaid", "Unpaid", false, vec![tile(1, Some(Pill::new("wait", "1 h 20 min left")), ""), tile(2, None, "")], ""),
        lane("l-check", "Payment to check", true, vec![tile(3, Some(Pill::new("warn", "Payment to check")), "")], ""),
        lane("l-paid", "Paid", false, vec![tile(4, Some(Pill::new("ok", "Paid")), "preparing")], ""),
        lane("l-prep", "Preparing", false, vec![], ""),
        lane("l-ready", "Ready or on its way", false, vec![tile(5, None, "completed")], "8 finished today, ₦112,100"),
    ];
    out.push((
        "orders",
        OrdersPage {
            chrome: chrome("orders", "/app/orders"),
            sub: s("16 open, ₦231,900. 8 finished today."),
            chips: list().chips,
            lanes,
            ..OrdersPage::default()
        }
        .render(),
    ));
    out.push((
        "orders-empty",
        OrdersPage { chrome: chrome("orders", "/app/orders"), sub: s("No orders"), empty: true, ..OrdersPage::default() }.render(),
    ));
    let review = Review {
        seen: s("Seen at the bank on 2026-11-21: ₦18,500."),
        amount: s("₦18,500"),
        claimed: s("09:51"),
        said: s("I have paid. See it"),
        expect: vec![
            (s("Amount"), s("₦18,500")),
            (s("Reference"), s("4K72PQ")),
            (s("From"), s("Chidinma Okafor")),
            (s("After"), s("09:30")),
        ],
        proofs: vec![Proof { url: s("/static/favicon.svg"), image: true, label: s("Picture sent 09:51") }],
        approve_text: s("Thank you Chidinma, your payment of ₦18,500 has been confirmed."),
        reject_text: s("We could not find your payment yet. Please check the reference 4K72PQ."),
        key: s("k"),
    };
    let mv = |to: &str, label: &str, primary, danger, text: &str| Move {
        paid_said: if danger { s("₦18,500") } else { s("") },
        paid: s("1850000"),
        to: s(to),
        label: s(label),
        primary,
        danger,
        text: s(text),
        key: s("k"),
    };
    let order = OrderPage {
        chrome: chrome("orders", "/app/orders/1"),
        id: s("1"),
        number: s("#1047"),
        name: s("Chidinma Okafor"),
        contact_url: s("/app/customers/1"),
        chat_url: s("/app/messages/1"),
        pill: Pill::new("warn", "Payment to check"),
        note: None,
        review: Some(review),
        receipts: vec![receipt_card()],
        can_add: true,
        lines: vec![(s("12 meat pies"), s("₦10,800")), (s("2 large bread (sliced)"), s("₦6,200")), (s("Delivery"), s("₦1,500"))],
        total: s("₦18,500"),
        facts: vec![(s("How"), s("Delivery")), (s("Address"), s("14 Commercial Ave, Yaba")), (s("Reference"), s("4K72PQ"))],
        moves: vec![mv("cancelled", "Cancel the order", false, true, "Your order #1047 has been cancelled.")],
        money: MoneyCard { pill: Pill::new("warn", "To check"), ..money::card() },
        rail: rail(),
    };
    out.push(("order", order.clone().render()));
    let waiting = Waiting {
        id: s("1"),
        url: s("/app/orders/1"),
        number: s("#1047"),
        name: s("Chidinma Okafor"),
        amount: s("₦18,500"),
        words: s("12 meat pies, 2 large bread"),
        age: s("14 min"),
        receipt: Some(receipt_card()),
        seen: s(""),
        key: s("k"),
    };
    let seen = s("Seen at the bank on 2026-11-21: ₦18,500, NIP/<i>smashed</i>/4K72PQ.");
    let bare = Waiting { id: s("2"), receipt: None, seen, ..waiting.clone() };
    let line = StatementLine {
        id: s("l1"),
        day: s("2026-11-21"),
        amount: s("₦18,500"),
        text: s("CHIDINMA OKAFOR, NIP <i>smashed</i>"),
        order: s("#1047"),
        url: s("/app/orders/1"),
        pill: Pill::new("warn", "Perhaps"),
        note: s("The amount and the name fit; our reference is not there."),
        can_confirm: true,
    };
    let tried = StatementReport {
        id: s("1"),
        filename: s("november.csv"),
        dry: true,
        seen: 1,
        proposed: 1,
        lines: vec![line.clone()],
        problems: vec![(7, s("\"soon\" is not a date."))],
        ..StatementReport::default()
    };
    let statement = StatementPage { chrome: chrome("orders", "/app/payments/statement"), key: s("k"), ..StatementPage::default() };
    out.push(("statement-tried", StatementPage { report: Some(tried), ..statement.clone() }.render()));
    out.push(("statement", statement.render()));
    out.push((
        "reviews",
        ReviewsPage {
            chrome: chrome("orders", "/app/payments"),
            sub: s("2 payments wait for a look."),
            reviews: vec![waiting, bare],
            proposals: vec![line],
        }
        .render(),
    ));
    out.push((
        "reviews-empty",
        ReviewsPage { chrome: chrome("orders", "/app/payments"), sub: s("No payment waits for a look."), ..ReviewsPage::default() }
            .render(),
    ));
    out.push((
        "order-paid",
        OrderPage {
            review: None,
            pill: Pill::new("ok", "Paid"),
            moves: vec![
                mv("preparing", "Start preparing", true, false, "We have started on your order."),
                mv("cancelled", "Cancel the order", false, true, ""),
            ],
            ..order
        }
        .render(),
    ));
    out
}

fn receipt_card() -> ReceiptCard {
    let row = |field: &str, read: &str, expected: &str, tone, word| CheckRow {
        field: s(field),
        read: s(read),
        expected: s(expected),
        tone,
        word,
    };
    ReceiptCard {
        told: s("Paystack was asked about order #1047 and has no money for it."),
        id: s("r1"),
        url: s("/static/favicon.svg"),
        width: 720,
        height: 900,
        marks: vec![Mark { x: 440, y: 100, w: 240, h: 40, tone: s("differs"), title: s("Amount: ₦15,800") }],
        label: s("Picture sent 09:51"),
        pill: Pill::new("bad", "Look twice"),
        reasons: vec![s("The receipt is ₦2,700 less than the order. <i>smashed</i>")],
        checks: vec![
            row("Amount", "₦15,800", "₦18,500", "bad", "Differs"),
            row("Date", "21 Nov 2026, 09:48", "after 21 Nov 2026, 09:30", "ok", "As expected"),
            row("To", "not found", "GTBank 0123456789", "", "Not known"),
        ],
        waiting: false,
        clean: false,
    }
}

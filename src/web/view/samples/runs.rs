//! Questions that wait, and longer work.

use super::*;
use crate::web::view::house::device::{DeviceRow, DevicesCard};
use crate::web::view::house::run::{Doubt, Moment, Otherwise, Relative, Work};

pub(super) fn pages() -> Rendered {
    let ask = Ask {
        id: s("1"),
        title: s("Pay Adaeze Farms ₦84,200 for 12 crates of eggs?"),
        facts: vec![(s("Vendor"), s("Adaeze Farms <i>smashed</i>")), (s("Your limit"), s("₦90,000"))],
        yes: s("Approve ₦84,200"),
        url: s("/app/orders"),
        run_url: s("/app/work-log/1"),
        when: s("Asked 14 min ago, given up Sun 10:20. Ada agreed; 1 more person must agree."),
        may: true,
        why_not: s(""),
        link: s("https://shop.example/approvals/1?token=t"),
    };
    let refused = Ask { id: s("2"), may: false, why_not: s("Only an owner may decide this."), ..ask.clone() };
    let rules = Rules {
        sign: s("₦"),
        automatic: s("5,000"),
        two: s("500,000"),
        hours: s("24"),
        delegates: vec![pick("", "Nobody", true), pick("1", "Bem", false)],
        delegate_most: s(""),
        quiet_from: s("22:00"),
        quiet_to: s("07:00"),
    };
    let page = |phone: PhoneCard, errors: Errors| ApprovalsPage {
        chrome: chrome("approvals", "/app/approvals"),
        sub: s("2 questions wait"),
        open: vec![ask.clone(), refused.clone()],
        past: vec![PastAsk {
            title: s("Pay Bem ₦10,000?"),
            by: s("Ada on WhatsApp: fair price"),
            time: s("09:30"),
            pill: Pill::new("ok", "Approved"),
            run_url: s("/app/work-log/1"),
        }],
        rules: Some(rules.clone()),
        phone: Some(phone),
        devices: DevicesCard {
            devices: vec![
                DeviceRow { id: s("1"), name: s("Chrome on Android"), mark: s("ab12"), when: s("Told last at 10:02"), problem: s("") },
                DeviceRow {
                    id: s("2"),
                    name: s("Safari on iPhone"),
                    mark: s("cd34"),
                    when: s("Since Thu 10:02"),
                    problem: s("The service that carries nudges to this browser says that the nudge was too long."),
                },
            ],
            back: s("/app/approvals"),
        },
        errors,
    };
    let wrong = Errors { fields: vec![], message: s("Two people cannot be needed for amounts that need nobody.") };
    let linked = |note: Option<Note>, may: bool| ApprovalLinkPage {
        business_name: s("Kẹ́mi’s Bakery"),
        member_name: s("Ada"),
        action: s("/approvals/1"),
        token: s("t"),
        ask: Ask { may, ..ask.clone() },
        note,
    };
    vec![
        ("approvals", page(PhoneCard { code: s("STEWARD K7P2QXM9"), unconnected: true, ..PhoneCard::default() }, wrong).render()),
        ("approvals-phone", page(PhoneCard { number: s("+2348031234567"), ..PhoneCard::default() }, Errors::default()).render()),
        (
            "approvals-none",
            ApprovalsPage { chrome: chrome("approvals", "/app/approvals"), phone: Some(PhoneCard::default()), ..ApprovalsPage::default() }
                .render(),
        ),
        ("approval-link", linked(None, true).render()),
        ("approval-link-late", linked(Some(note("info")), false).render()),
        ("work", longer().render()),
    ]
}

fn longer() -> RunPage {
    let relative = |title: &str, pill: Pill| Relative { url: s("/app/work-log/2"), title: s(title), pill };
    RunPage {
        chrome: chrome("work-log", "/app/work-log/1"),
        title: s("12 crates of eggs by Friday"),
        pill: Pill::new("wait", "Waits"),
        numbers: vec![(s("2 h"), s("from start to end")), (s("$0.0120"), s("cost"))],
        why: Some(note("bad")),
        work: Some(Work {
            id: s("1"),
            waits: s("somebody's decision"),
            can_stop: true,
            parked: true,
            doubts: vec![Doubt { id: s("7"), title: s("Pay: {\"to\":\"Adaeze\"}"), why: s("The line broke.") }],
            parent_url: s("/app/work-log/3"),
            parent_word: s("Part of a longer run"),
            branches: vec![
                relative("Haggles with Adaeze", Pill::new("ok", "Done")),
                relative("Haggles with Bem", Pill::new("bad", "Failed")),
            ],
            input: s("{\n  \"sellers\": []\n}"),
            result: s("{}"),
            moment: Some(Moment {
                seq: 1,
                number: 2,
                of: 6,
                node: s("Compares the prices"),
                before_url: s("/app/work-log/1?at=0#moment"),
                after_url: s(""),
                heard: s("{}"),
                changed: vec![(s("best.0"), s("nothing"), s("Adaeze <b>now</b>"))],
                state: s("{}"),
                can_try: true,
            }),
            replay: Some(note("ok")),
            trials: vec![relative("From step 2: It would ask: Pay Eze?", Pill::new("", "Stopped"))],
            difference: Some(Otherwise {
                steps: vec![(s("Compare"), s("Compare"), true), (s("Pay"), s(""), false)],
                fields: vec![(s("best.0"), s("Adaeze"), s("Eze"))],
            }),
        }),
        ..RunPage::default()
    }
}

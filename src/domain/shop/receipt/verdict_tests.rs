//! Tests of what speaks for and against a receipt.

use super::*;
use crate::domain::shop::receipt::fields;

const SLIP: &str = "Transaction Successful\nAmount  ₦45,750.00\nRecipient  ADEBAYO FOODS LTD\nBank  GTBank\nAccount number  0123456789\nSender  CHIOMA OKEKE\nDate  21 Nov 2026, 14:07\nTransaction ref  FT26325K9QX71";

fn expected() -> Expected {
    Expected {
        total_minor: 4_575_000,
        currency: Currency::NGN,
        reference: reference::reference(1001),
        ordered_at: Time::parse("2026-11-21T12:50:00Z").unwrap(),
        zone: "Africa/Lagos".into(),
        instructions: "GTBank 0123456789\nAdebayo Foods Ltd".into(),
        business: "Adebayo Foods".into(),
        now: Time::parse("2026-11-21T13:10:00Z").unwrap(),
        recent: 0,
    }
}

fn of(text: &str) -> (Seen, Fields) {
    let seen = Seen::of_text(text);
    let f = fields::read(&seen);
    (seen, f)
}

fn verdict(text: &str, e: &Expected, before: &[Earlier]) -> Verdict {
    let (seen, f) = of(text);
    judge(e, &seen, &f, before)
}

fn codes(v: &Verdict) -> Vec<&str> {
    v.reasons.iter().map(|r| r.code.as_str()).collect()
}

fn earlier(text: &str) -> Earlier {
    let (seen, fields) = of(text);
    Earlier { number: 1000, other_order: true, same_file: false, look: seen.look, fields, at: expected().now }
}

#[test]
fn a_good_receipt_is_clean_and_says_why() {
    let v = verdict(SLIP, &expected(), &[]);
    assert!(v.clean && v.risk == 0, "{v:?}");
    let standing = |f| v.checks.iter().find(|c| c.field == f).map(|c| c.standing);
    assert_eq!([Field::Amount, Field::Date, Field::Payee].map(standing), [Some(Standing::Same); 3]);
}

#[test]
fn each_lie_has_its_reason() {
    let e = expected();
    let changed = |from: &str, to: &str| verdict(&SLIP.replace(from, to), &e, &[]);
    for (from, to, code) in [
        ("45,750", "42,750", "amount"),
        ("45,750", "54,750", "amount"),
        ("₦45,750.00", "KES 45,750.00", "currency"),
        ("21 Nov 2026, 14:07", "20 Nov 2026, 14:07", "early"),
        ("21 Nov 2026, 14:07", "21 Nov 2026, 13:20", "early"),
        ("21 Nov 2026, 14:07", "23 Nov 2026, 14:07", "future"),
        ("0123456789", "9876543210", "payee"),
        ("Amount  ₦45,750.00\n", "", "amount_unread"),
        ("Date  21 Nov 2026, 14:07\n", "", "date_unread"),
    ] {
        let v = changed(from, to);
        assert!(codes(&v).contains(&code) && !v.clean, "{to}: {v:?}");
    }
    let v = changed("45,750", "47,550");
    assert!(v.reasons[0].words.contains("same digits"), "{v:?}");
    let v = verdict(&format!("{SLIP}\nRemark  {}", reference::reference(1002)), &e, &[]);
    assert_eq!(codes(&v), ["reference"]);
    let v = verdict(&SLIP.replace("ADEBAYO FOODS LTD", "MUSA BELLO").replace("Account number  0123456789\n", ""), &e, &[]);
    assert_eq!(codes(&v), ["payee"]);
    let v = verdict(SLIP, &Expected { recent: 6, ..e }, &[]);
    assert_eq!(codes(&v), ["velocity"]);
}

#[test]
fn a_receipt_serves_one_order() {
    let e = expected();
    assert_eq!(codes(&verdict(SLIP, &e, &[earlier(SLIP)])), ["reused_transfer"]);
    let file = Earlier { same_file: true, ..earlier(SLIP) };
    assert_eq!(verdict(SLIP, &e, &[file]).reasons[0].code, "reused_file");
    let v = verdict(SLIP, &e, &[earlier(&SLIP.replace("45,750", "15,750"))]);
    assert_eq!(codes(&v), ["changed_copy", "reused_transfer"]);
    // The same customer pays again: another transfer.
    let other = SLIP.replace("FT26325K9QX71", "FT26325AAAA99").replace("14:07", "11:30");
    assert!(verdict(SLIP, &e, &[earlier(&other)]).clean);
    // The same file again for the same order is no new sin.
    let again = Earlier { other_order: false, same_file: true, ..earlier(SLIP) };
    assert!(verdict(SLIP, &e, &[again]).clean);
}

#[test]
fn hidden_digits_of_an_account_are_no_other_account() {
    assert!(same_account("0123456789", "56789") && !same_account("0123456789", "56780"));
}

#[test]
fn the_order_is_the_one_named_then_the_one_of_the_amount() {
    let now = Time::from_millis(1);
    let (a, b, c) = (Id::new(now), Id::new(now), Id::new(now));
    let open = [
        (Open { id: a, total: 100 }, "AAAAAA".to_owned()),
        (Open { id: b, total: 200 }, "BBBBBB".into()),
        (Open { id: c, total: 300 }, "CCCCCC".into()),
    ];
    let f = |amount, note: &str| Fields { amount_minor: Some(amount), note: Some(note.into()), ..Fields::default() };
    assert_eq!(choose(&open, &f(200, "for lunch CCCCCC")), Some(c));
    assert_eq!(choose(&open, &f(200, "")), Some(b));
    assert_eq!(choose(&open, &f(999, "")), Some(a));
    assert_eq!(choose(&[], &f(1, "")), None);
}

//! What a model with eyes claims a receipt says. A claim fills what the built-in reader left open; where the two disagree the
//! receipt is held to be riskier, and nothing a model claims makes it less risky than the built-in reader found it.

use super::fields::{Fields, reference};
use super::verdict::Reason;
use crate::domain::money::{Currency, Money};
use crate::domain::text::{clip, fold};
use jiff::civil::{Date, Time};
use serde_json::{Value, json};

/// Longest text of one field.
const TEXT_CHARS: usize = 80;
/// Numbers of transfers that are kept.
const REFERENCES: usize = 8;

/// What a model says it saw.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claim {
    /// It is a proof of payment at all.
    pub is_receipt: bool,
    /// The fields; without places on the picture.
    pub fields: Fields,
    /// What looks changed to it; empty when nothing does.
    pub odd: String,
}

/// What a model is asked to say: JSON Schema, strict.
pub fn schema() -> Value {
    let text = |what: &str| json!({ "type": ["string", "null"], "description": what });
    let properties = json!({
        "is_receipt": { "type": "boolean", "description": "Whether the picture is a proof of payment: a transfer, a till slip, a card slip." },
        "amount": text("The amount paid as digits with a point, such as 45750.00. No sign, no commas."),
        "currency": text("Its currency as three letters, such as NGN."),
        "date": text("The day as YYYY-MM-DD."),
        "time": text("The time of day as HH:MM."),
        "payer": text("Who paid."),
        "payee": text("Who was paid."),
        "bank": text("The bank of whom was paid."),
        "account": text("The account number of whom was paid, as printed."),
        "references": { "type": "array", "items": { "type": "string" }, "description": "Transaction references and session ids, exactly as printed." },
        "note": text("What the payer wrote for the receiver: remark, narration."),
        "signs_of_editing": text("What looks pasted over or changed on the picture, in one sentence; null when nothing does."),
    });
    let required: Vec<&String> = properties.as_object().map(|p| p.keys().collect()).unwrap_or_default();
    json!({ "type": "object", "additionalProperties": false, "required": required, "properties": properties })
}

/// Reads a model's answer: the JSON alone, in a code fence, or with words around it. None when it is not of the schema.
pub fn parse(text: &str) -> Option<Claim> {
    let (from, to) = (text.find('{')?, text.rfind('}')?);
    read(&serde_json::from_str(text.get(from..=to)?).ok()?)
}

/// Reads a model's answer. None when it is not of the schema; a field that is no such thing is taken as not read.
pub fn read(v: &Value) -> Option<Claim> {
    let is_receipt = v.get("is_receipt")?.as_bool()?;
    let word = |key: &str| v.get(key).and_then(Value::as_str).map(|t| clip(t.trim(), TEXT_CHARS)).filter(|t| !t.is_empty());
    let number = |key: &str| match v.get(key) {
        Some(Value::Number(n)) => Some(n.to_string()),
        Some(Value::String(s)) => Some(s.clone()),
        _ => None,
    };
    let mut references: Vec<String> = Vec::new();
    for r in v.get("references").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        let Some(r) = reference(&clip(r, TEXT_CHARS)) else { continue };
        if references.len() < REFERENCES && !references.contains(&r) {
            references.push(r);
        }
    }
    let fields = Fields {
        // Hundredths, whatever the currency, as the built-in reader has them.
        amount_minor: number("amount").and_then(|n| Money::parse(&n, Currency::NGN).ok()).map(|m| m.amount_minor).filter(|m| *m > 0),
        currency: word("currency").and_then(|c| c.parse::<Currency>().ok()).map(|c| c.code().to_owned()),
        day: word("date").and_then(|d| d.parse::<Date>().ok()),
        time: word("time").and_then(|t| t.parse::<Time>().or_else(|_| Time::strptime("%H:%M", &t)).ok()),
        payer: word("payer"),
        payee: word("payee"),
        bank: word("bank"),
        account: number("account").map(|a| clip(a.trim(), TEXT_CHARS)).filter(|a| !a.is_empty()),
        references,
        note: word("note"),
        ..Fields::default()
    };
    let odd = v.get("signs_of_editing").and_then(Value::as_str).map(|t| clip(t.trim(), 200)).unwrap_or_default();
    Some(Claim { is_receipt, fields, odd })
}

/// What the built-in reader read, with the claim where it read nothing; and what the comparison speaks against the receipt.
pub fn joined(own: Fields, claim: &Claim) -> (Fields, Vec<Reason>) {
    let reasons = compared(&own, claim);
    let theirs = claim.fields.clone();
    let fields = Fields {
        amount_minor: own.amount_minor.or(theirs.amount_minor),
        currency: own.currency.or(theirs.currency),
        // A time belongs to its day.
        time: if own.day.is_some() { own.time.or(theirs.time.filter(|_| own.day == theirs.day)) } else { theirs.time },
        day: own.day.or(theirs.day),
        payer: own.payer.or(theirs.payer),
        payee: own.payee.or(theirs.payee),
        bank: own.bank.or(theirs.bank),
        account: own.account.or(theirs.account),
        references: if own.references.is_empty() { theirs.references } else { own.references },
        note: own.note.or(theirs.note),
        marks: own.marks,
    };
    (fields, reasons)
}

fn compared(own: &Fields, claim: &Claim) -> Vec<Reason> {
    let theirs = &claim.fields;
    let mut out = Vec::new();
    let mut against = |code: &str, weight: u8, words: String| out.push(Reason { code: code.into(), weight, words });
    if !claim.is_receipt && own.is_receipt() {
        against("model_no_receipt", 40, "The model takes this picture for something else than a proof of payment.".into());
    }
    match (own.amount_minor, theirs.amount_minor) {
        (Some(a), Some(b)) if a != b => {
            let words = format!("Two readers read different amounts: {} and {}. Look at the picture.", plain(a), plain(b));
            against("readers_amount", 60, words);
        }
        (None, Some(b)) => against("model_amount", 20, format!("Only the model could read the amount, {}.", plain(b))),
        _ => {}
    }
    if differ(own.currency.as_ref(), theirs.currency.as_ref()) {
        against("readers_currency", 40, "Two readers read different currencies.".into());
    }
    match (own.day, theirs.day) {
        (Some(a), Some(b)) if a != b => {
            against("readers_date", 40, format!("Two readers read different dates: {a} and {b}. Look at the picture."));
        }
        (None, Some(b)) => against("model_date", 20, format!("Only the model could read the date, {b}.")),
        _ => {}
    }
    if let (Some(a), Some(b)) = (&own.account, &theirs.account)
        && !same_digits(a, b)
    {
        against("readers_account", 50, format!("Two readers read different accounts: {a} and {b}."));
    }
    if let (Some(a), Some(b)) = (&own.payee, &theirs.payee)
        && !share_a_word(a, b)
    {
        against("readers_payee", 35, format!("Two readers read different receivers: {a} and {b}."));
    }
    if !own.references.is_empty() && !theirs.references.is_empty() && !own.references.iter().any(|r| theirs.references.contains(r)) {
        against("readers_reference", 30, "Two readers read different numbers of the transfer.".into());
    }
    if !claim.odd.is_empty() {
        against("model_sign", 45, format!("The model says: {}", claim.odd));
    }
    out
}

fn differ<T: PartialEq>(a: Option<T>, b: Option<T>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if a != b)
}

fn plain(hundredths: i64) -> String {
    Money::new(hundredths, Currency::NGN).plain()
}

/// Receipts hide digits, and readers copy them with or without the stars: one ends as the other does, or begins so.
fn same_digits(a: &str, b: &str) -> bool {
    let digits = |t: &str| t.chars().filter(char::is_ascii_digit).collect::<String>();
    let (a, b) = (digits(a), digits(b));
    a.is_empty() || b.is_empty() || a.ends_with(&b) || b.ends_with(&a) || a.starts_with(&b) || b.starts_with(&a)
}

fn share_a_word(a: &str, b: &str) -> bool {
    let words = |t: &str| fold(t).split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() >= 3).map(str::to_owned).collect::<Vec<_>>();
    let (a, b) = (words(a), words(b));
    a.is_empty() || b.is_empty() || a.iter().any(|w| b.contains(w))
}

#[cfg(test)]
mod tests {
    use super::super::Seen;
    use super::super::fields;
    use super::*;
    use proptest::prelude::*;

    fn own() -> Fields {
        fields::read(&Seen::of_text(
            "Amount  ₦45,750.00\nRecipient  ADEBAYO FOODS LTD\nAccount number  0123456789\nDate  21 Nov 2026, 14:07\nTransaction ref  FT26325K9QX71",
        ))
    }

    fn codes(text: &str) -> Vec<String> {
        joined(own(), &parse(text).unwrap()).1.into_iter().map(|r| r.code).collect()
    }

    #[test]
    fn a_claim_that_agrees_says_nothing() {
        let text = r#"```json
            {"is_receipt": true, "amount": "45750.00", "currency": "NGN", "date": "2026-11-21", "time": "14:07", "payee": "Adebayo Foods",
             "account": "****6789", "references": ["FT26325K9QX71"], "signs_of_editing": null}
            ```"#;
        assert!(codes(text).is_empty(), "{:?}", codes(text));
    }

    #[test]
    fn a_claim_that_contradicts_speaks_against_and_changes_no_field() {
        let text = r#"{"is_receipt": false, "amount": 95750, "currency": "USD", "date": "2026-11-20", "payee": "Somebody Else",
            "account": "9988776655", "references": ["ZZ99887766"], "signs_of_editing": "The amount is pasted over."}"#;
        let found = codes(text);
        for code in ["model_no_receipt", "readers_amount", "readers_currency", "readers_date", "readers_account", "readers_payee"] {
            assert!(found.iter().any(|c| c == code), "{code} in {found:?}");
        }
        assert!(found.contains(&"readers_reference".to_owned()) && found.contains(&"model_sign".to_owned()));
        let (fields, _) = joined(own(), &parse(text).unwrap());
        assert_eq!(fields, own());
    }

    #[test]
    fn a_claim_fills_what_was_not_read_and_says_so() {
        let half = fields::read(&Seen::of_text("Recipient  ADEBAYO FOODS LTD"));
        let claim = parse(r#"{"is_receipt": true, "amount": "7600", "date": "2026-11-21", "time": "09:41", "references": []}"#).unwrap();
        let (fields, reasons) = joined(half, &claim);
        assert_eq!((fields.amount_minor, fields.day.map(|d| d.to_string())), (Some(760_000), Some("2026-11-21".into())));
        assert!(reasons.iter().all(|r| r.weight < 30) && reasons.len() == 2, "{reasons:?}");
    }

    #[test]
    fn what_is_not_of_the_schema_is_no_claim() {
        for text in ["", "I cannot read it.", "{}", r#"{"is_receipt": "yes"}"#, "}{", "{\"is_receipt\": true"] {
            assert_eq!(parse(text), None, "{text}");
        }
        let odd = parse(r#"{"is_receipt": true, "amount": "-5", "date": "soon", "currency": "naira", "references": [7, "x"]}"#).unwrap();
        assert_eq!(odd.fields, Fields::default());
        let all = schema();
        assert_eq!(all["required"].as_array().map(Vec::len), all["properties"].as_object().map(serde_json::Map::len));
    }

    proptest! {
        #[test]
        fn no_answer_breaks_it(text in r#"(?s)(\{|\}|"|:|,|\[|\]|is_receipt|amount|date|true|null|[0-9.]{1,9}|₦|.){0,60}"#) {
            if let Some(c) = parse(&text) {
                let (_, reasons) = joined(own(), &c);
                prop_assert!(reasons.iter().all(|r| r.weight > 0));
            }
        }
    }
}

//! What a proof of payment says: who paid whom, how much, when, and under which reference. Transfer apps of Nigeria, M-PESA, PIX
//! and till slips; labels in English, French, Portuguese and Spanish.

use super::{Row, Seen, amount, date};
use crate::domain::text::{clip, fold};
use jiff::civil::{Date, Time};
use regex::Regex;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// A field of a receipt, for marking it on the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// How much.
    Amount,
    /// Which day, and when on it.
    Date,
    /// Who paid.
    Payer,
    /// Who was paid.
    Payee,
    /// The bank of whom was paid.
    Bank,
    /// Their account.
    Account,
    /// The bank's number of the transfer, or the reference of the order.
    Reference,
}

impl Field {
    /// Its name for the owner.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Amount => "Amount",
            Self::Date => "Date",
            Self::Payer => "From",
            Self::Payee => "To",
            Self::Bank => "Bank",
            Self::Account => "Account",
            Self::Reference => "Reference",
        }
    }
}

/// What was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Fields {
    /// In hundredths.
    pub amount_minor: Option<i64>,
    /// ISO code, when a sign or code stands there.
    pub currency: Option<String>,
    /// The day.
    pub day: Option<Date>,
    /// The time of day.
    pub time: Option<Time>,
    /// Who paid.
    pub payer: Option<String>,
    /// Who was paid.
    pub payee: Option<String>,
    /// Their bank.
    pub bank: Option<String>,
    /// Their account's number.
    pub account: Option<String>,
    /// Numbers of the transfer, as banks give them.
    pub references: Vec<String>,
    /// What the payer wrote for the receiver.
    pub note: Option<String>,
    /// Which pieces of text each field was read from.
    pub marks: BTreeMap<Field, Vec<usize>>,
}

/// What a label stands before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    Is(Field),
    Note,
    /// A label of something else: ends the search for a value.
    Other,
}

/// Labels, the longer before those they begin with.
const LABELS: [(&str, Label); 72] = [
    ("beneficiary account name", Label::Is(Field::Payee)),
    ("beneficiary account number", Label::Is(Field::Account)),
    ("beneficiary account", Label::Is(Field::Account)),
    ("beneficiary bank", Label::Is(Field::Bank)),
    ("beneficiary name", Label::Is(Field::Payee)),
    ("beneficiary details", Label::Is(Field::Payee)),
    ("beneficiary", Label::Is(Field::Payee)),
    ("beneficiaire", Label::Is(Field::Payee)),
    ("beneficiario", Label::Is(Field::Payee)),
    ("recipient account", Label::Is(Field::Account)),
    ("recipient bank", Label::Is(Field::Bank)),
    ("recipient details", Label::Is(Field::Payee)),
    ("recipient name", Label::Is(Field::Payee)),
    ("recipient", Label::Is(Field::Payee)),
    ("receiver name", Label::Is(Field::Payee)),
    ("receiver", Label::Is(Field::Payee)),
    ("recebedor", Label::Is(Field::Payee)),
    ("destinatario", Label::Is(Field::Payee)),
    ("destinataire", Label::Is(Field::Payee)),
    ("credited to", Label::Is(Field::Payee)),
    ("transfer to", Label::Is(Field::Payee)),
    ("transferred to", Label::Is(Field::Payee)),
    ("payment to", Label::Is(Field::Payee)),
    ("paid to", Label::Is(Field::Payee)),
    ("sent to", Label::Is(Field::Payee)),
    ("payee", Label::Is(Field::Payee)),
    ("merchant", Label::Is(Field::Payee)),
    ("account name", Label::Is(Field::Payee)),
    ("account number", Label::Is(Field::Account)),
    ("account no", Label::Is(Field::Account)),
    ("acct no", Label::Is(Field::Account)),
    ("till number", Label::Is(Field::Account)),
    ("paybill number", Label::Is(Field::Account)),
    ("sender account", Label::Other),
    ("sender bank", Label::Other),
    ("sender details", Label::Is(Field::Payer)),
    ("sender name", Label::Is(Field::Payer)),
    ("sender", Label::Is(Field::Payer)),
    ("originator", Label::Is(Field::Payer)),
    ("sent by", Label::Is(Field::Payer)),
    ("paid by", Label::Is(Field::Payer)),
    ("payer", Label::Is(Field::Payer)),
    ("pagador", Label::Is(Field::Payer)),
    ("debited from", Label::Is(Field::Payer)),
    ("bank name", Label::Is(Field::Bank)),
    ("bank", Label::Is(Field::Bank)),
    ("banque", Label::Is(Field::Bank)),
    ("transaction reference", Label::Is(Field::Reference)),
    ("transaction ref", Label::Is(Field::Reference)),
    ("transaction id", Label::Is(Field::Reference)),
    ("transaction no", Label::Is(Field::Reference)),
    ("transaction number", Label::Is(Field::Reference)),
    ("transaction date", Label::Other),
    ("transaction type", Label::Other),
    ("payment reference", Label::Is(Field::Reference)),
    ("reference number", Label::Is(Field::Reference)),
    ("reference", Label::Is(Field::Reference)),
    ("session id", Label::Is(Field::Reference)),
    ("receipt no", Label::Is(Field::Reference)),
    ("trx id", Label::Is(Field::Reference)),
    ("txn id", Label::Is(Field::Reference)),
    ("id da transacao", Label::Is(Field::Reference)),
    ("e2e", Label::Is(Field::Reference)),
    ("rrn", Label::Is(Field::Reference)),
    ("ref no", Label::Is(Field::Reference)),
    ("remarks", Label::Note),
    ("remark", Label::Note),
    ("narration", Label::Note),
    ("description", Label::Note),
    ("descricao", Label::Note),
    ("motif", Label::Note),
    ("amount", Label::Other),
];

/// Labels so short that they count only when nothing follows in their piece.
const SHORT: [(&str, Label); 9] = [
    ("to", Label::Is(Field::Payee)),
    ("para", Label::Is(Field::Payee)),
    ("from", Label::Is(Field::Payer)),
    ("de", Label::Is(Field::Payer)),
    ("ref", Label::Is(Field::Reference)),
    ("date", Label::Other),
    ("status", Label::Other),
    ("note", Label::Note),
    ("purpose", Label::Note),
];

/// A label at the beginning of a row, and where its value begins in bytes.
fn label(row: &str) -> Option<(Label, usize)> {
    let low: String = row.chars().flat_map(char::to_lowercase).collect();
    // Lower case may have another length; then the row has letters no label begins with.
    if low.len() != row.len() {
        return None;
    }
    let folded = if fold(&low).len() == low.len() { fold(&low) } else { low };
    let long = LABELS.iter().find(|(w, _)| folded.starts_with(w) && !folded[w.len()..].starts_with(char::is_alphanumeric));
    if let Some((w, l)) = long {
        return Some((*l, w.len()));
    }
    let (w, l) = SHORT
        .iter()
        .find(|(w, _)| folded.strip_prefix(w).is_some_and(|rest| rest.is_empty() || rest.starts_with(':') || rest.starts_with("  ")))?;
    Some((*l, w.len()))
}

/// Reads everything a receipt says.
pub fn read(seen: &Seen) -> Fields {
    let rows = seen.rows();
    let mut out = Fields::default();
    if let Some(t) = amount::total(&rows) {
        out.amount_minor = Some(t.amount.minor);
        out.currency = t.amount.currency.map(str::to_owned);
        mark(&mut out, Field::Amount, &rows, t.row, t.amount.at);
    }
    if out.currency.is_none() {
        // "TOTAL (RM)", "FCFA" elsewhere.
        out.currency = rows.iter().flat_map(|r| amount::amounts(&r.text)).find_map(|a| a.currency).map(str::to_owned);
    }
    if let Some(w) = date::when(&rows) {
        (out.day, out.time) = (Some(w.day), w.time);
        mark(&mut out, Field::Date, &rows, w.row, w.at);
    }
    labelled(&rows, &mut out);
    sentences(&rows, &mut out);
    loose(&rows, &mut out);
    out
}

fn mark(out: &mut Fields, field: Field, rows: &[Row], row: usize, at: usize) {
    if let Some(piece) = rows.get(row).and_then(|r| r.piece_at(at)) {
        out.marks.entry(field).or_default().push(piece);
    }
}

fn labelled(rows: &[Row], out: &mut Fields) {
    for (i, row) in rows.iter().enumerate() {
        let Some((what, at)) = label(&row.text) else { continue };
        let Some((value, row, at)) = value(rows, i, at) else { continue };
        let value = clip(value, 80);
        match what {
            Label::Note => out.note = out.note.take().or(Some(value)),
            Label::Other => {}
            Label::Is(Field::Reference) => {
                if let Some(r) = reference(&value) {
                    add_reference(out, r);
                    mark(out, Field::Reference, rows, row, at);
                } else if out.note.is_none() {
                    out.note = Some(value);
                }
            }
            Label::Is(field) => {
                let slot = match field {
                    Field::Payer => &mut out.payer,
                    Field::Payee => &mut out.payee,
                    Field::Bank => &mut out.bank,
                    _ => &mut out.account,
                };
                if slot.is_none() {
                    *slot = Some(value);
                    mark(out, field, rows, row, at);
                }
            }
        }
    }
}

/// The value of a label: the rest of its row, or the next row when that is no label itself.
fn value<'a>(rows: &'a [Row], i: usize, at: usize) -> Option<(&'a str, usize, usize)> {
    const EDGE: [char; 6] = [' ', ':', '-', '.', '|', '='];
    let trimmed = |text: &'a str, from: usize| {
        let rest = text.get(from..)?;
        let value = rest.trim_start_matches(EDGE);
        (!value.trim().is_empty()).then(|| (value.trim(), from + rest.len() - value.len()))
    };
    let row = rows.get(i)?;
    if let Some((v, at)) = trimmed(&row.text, at) {
        return Some((v, i, at));
    }
    let next = rows.get(i + 1).filter(|r| label(&r.text).is_none())?;
    trimmed(&next.text, 0).map(|(v, at)| (v, i + 1, at))
}

/// A bank's number in a text: a word of letters and digits that is long enough, or digits in groups.
pub(super) fn reference(text: &str) -> Option<String> {
    let joined: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let good = |w: &str| {
        w.len() >= 6
            && w.chars().filter(char::is_ascii_digit).count() >= 3
            && w.chars().all(|c| c.is_ascii_alphanumeric() || "-_/|".contains(c))
    };
    if good(&joined) && joined.len() <= 48 {
        return Some(joined.to_uppercase());
    }
    text.split_whitespace().find(|w| good(w)).map(|w| w.replace('-', "").to_uppercase())
}

fn add_reference(out: &mut Fields, reference: String) {
    if out.references.len() < 8 && !out.references.contains(&reference) {
        out.references.push(reference);
    }
}

/// "SKL7Q2M9XT Confirmed. Ksh3,200.00 paid to MAMA NJERI SHOP. on 5/11/26": an M-PESA message.
fn sentences(rows: &[Row], out: &mut Fields) {
    static PATTERNS: OnceLock<[Regex; 2]> = OnceLock::new();
    let [code, to] = PATTERNS.get_or_init(|| {
        let made = |p: &str| Regex::new(p).expect("a pattern");
        [made(r"(?i)\b([A-Z0-9]{10})\s+confirmed"), made(r"(?i)(?:paid|sent) to\s+(.{3,60}?)\.?\s+(?:on|for account)\b")]
    });
    let text = rows.iter().map(|r| r.text.as_str()).collect::<Vec<_>>().join(" ");
    if let Some(c) = code.captures(&text).and_then(|c| c.get(1)) {
        add_reference(out, c.as_str().to_uppercase());
    }
    if let Some(c) = to.captures(&text).and_then(|c| c.get(1)) {
        out.payee = Some(c.as_str().to_owned());
    }
}

/// Numbers of transfers that stand without a label: long ones of letters and digits, and session ids of thirty digits.
fn loose(rows: &[Row], out: &mut Fields) {
    for (i, row) in rows.iter().enumerate() {
        for word in row.text.split_whitespace() {
            let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
            let digits = word.chars().filter(char::is_ascii_digit).count();
            let letters = word.chars().filter(char::is_ascii_uppercase).count();
            let plain = word.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase());
            if plain && (digits >= 18 || word.len() >= 10 && digits >= 4 && letters >= 2) && !out.references.iter().any(|r| r == word) {
                add_reference(out, word.to_owned());
                let at = row.text.find(word).unwrap_or(0);
                mark(out, Field::Reference, rows, i, at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_nigerian_transfer_is_read() {
        let f = read(&Seen::of_text(
            "Transaction Successful\nAmount  ₦45,750.00\nRecipient  ADEBAYO FOODS LTD\nBank  GTBank\nAccount number  0123456789\nSender  CHIOMA OKEKE\nDate  21 Nov 2026, 14:07\nTransaction ref  FT26325K9QX71\nSession ID  090267261121140733921\nRemark  4K72PQ",
        ));
        assert_eq!((f.amount_minor, f.currency.as_deref()), (Some(4_575_000), Some("NGN")));
        assert_eq!((f.payee.as_deref(), f.payer.as_deref()), (Some("ADEBAYO FOODS LTD"), Some("CHIOMA OKEKE")));
        assert_eq!((f.bank.as_deref(), f.account.as_deref(), f.note.as_deref()), (Some("GTBank"), Some("0123456789"), Some("4K72PQ")));
        assert_eq!(f.references, ["FT26325K9QX71", "090267261121140733921"]);
        assert_eq!((f.day.map(|d| d.to_string()), f.time.map(|t| t.to_string())), (Some("2026-11-21".into()), Some("14:07:00".into())));
    }

    #[test]
    fn labels_over_their_values_are_read_too() {
        let f = read(&Seen::of_text(
            "₦12,000.00\nSuccessful\nFrom\nBOLA AHMED\nTo\nMAMA TEE KITCHEN\nNov 21st, 2026 14:07:33\nRef\nTX-0099-8812-33",
        ));
        assert_eq!(
            (f.payer.as_deref(), f.payee.as_deref(), f.amount_minor),
            (Some("BOLA AHMED"), Some("MAMA TEE KITCHEN"), Some(1_200_000))
        );
        assert_eq!(f.references, ["TX0099881233"]);
    }

    #[test]
    fn an_mpesa_message_is_read() {
        let f = read(&Seen::of_text(
            "SKL7Q2M9XT Confirmed. Ksh3,200.00 paid to MAMA NJERI SHOP. on 5/11/26 at 9:41 AM. New M-PESA balance is Ksh11,034.55",
        ));
        assert_eq!((f.amount_minor, f.currency.as_deref(), f.payee.as_deref()), (Some(320_000), Some("KES"), Some("MAMA NJERI SHOP")));
        assert_eq!(f.references, ["SKL7Q2M9XT"]);
        assert_eq!(f.day.map(|d| d.to_string()).as_deref(), Some("2026-11-05"));
    }

    #[test]
    fn a_pix_coupon_is_read() {
        let f = read(&Seen::of_text(
            "SUBTOTAL  91,26\nDESCONTO  -5,00\nTOTAL R$  86,26\nPIX  86,26\nE2E 00360305202611211407A9F3\n21/11/2026 14:07:33",
        ));
        assert_eq!((f.amount_minor, f.currency.as_deref()), (Some(8_626), Some("BRL")));
        assert_eq!(f.references, ["00360305202611211407A9F3"]);
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in "(?s).{0,400}") {
            let _ = read(&Seen::of_text(&text));
        }
        /// Receipts with bytes knocked about: labels, numbers and signs in any order and cut anywhere.
        #[test]
        fn broken_receipts_never_panic(parts in proptest::collection::vec("(Amount|Total|₦|R\\$|N|Date|[0-9]{1,14}|[.,:/ -]|\n|To|Réf|é|\u{130}|İ|Nov|PM)", 0..60)) {
            let f = read(&Seen::of_text(&parts.concat()));
            prop_assert!(f.references.len() <= 8);
        }
    }
}

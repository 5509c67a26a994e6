//! Vonage's refusals: what kind of trouble it is, and what it means for a shopkeeper. A refusal names itself by the last part of the
//! address in its `type` or by a number in `title`; both are looked at. Source: Vonage's list of Messages API errors.

use crate::domain::house::message::{Problem, ProblemClass};
use crate::domain::text::clip;
use ProblemClass::{Account, Auth, Content, Other, Rate, Recipient, Transient, Window};

const DETAIL_CHARS: usize = 400;

// Code, class, meaning. In order.
#[rustfmt::skip]
const TABLE: &[(i64, ProblemClass, &str)] = &[
    (1000, Rate, "Too many messages at once for Vonage. The message waits and is tried again by itself, slower."),
    (1010, Account, "Vonage misses something in the message. It was not sent. Check the number you send from in Settings, Channels."),
    (1020, Content, "Vonage found a mistake in the message. It was not sent. Write it in another way."),
    (1021, Recipient, "Vonage cannot reach this customer on this channel. Call them instead."),
    (1022, Content, "Vonage could not use the file. Use a smaller one, or another type such as JPEG, PDF or MP4."),
    (1030, Transient, "Vonage has trouble at the moment. The message waits and is tried again by itself."),
    (1050, Account, "Vonage may not write to this number from your account. Look in the Vonage dashboard."),
    (1060, Recipient, "The customer's network did not take the message. Try again later, or call them."),
    (1070, Recipient, "The number is barred or no longer in use. Ask the customer for the right one."),
    (1080, Account, "Your Vonage account has no credit left. Messages are not sent until you top it up."),
    (1090, Account, "Vonage does not send to that country from your account. Call the customer instead."),
    (1120, Account, "The number or name you send from is not allowed there. Choose another one in Settings, Channels."),
    (1150, Other, "The message did not arrive and nobody says why. Call the customer, or send it again later."),
    (1160, Recipient, "The customer's phone is off or out of reach. Try again later, or call them."),
    (1170, Recipient, "The number is not a mobile number. Ask the customer for the right one."),
    (1180, Recipient, "The customer's phone is off or out of reach. Try again later, or call them."),
    (1210, Recipient, "The network took the message for spam. Write it without links and capital letters."),
    (1240, Recipient, "The number is unknown. Ask the customer for the right one."),
    (1260, Account, "The number you send from is not yours at Vonage. Check it in Settings, Channels."),
    (1320, Recipient, "The customer has asked for no messages. Call them, or wait until they write."),
    (1330, Recipient, "The number is unknown or not on this channel. Ask the customer for the right one."),
    (1340, Window, "More than 24 hours since the customer wrote. WhatsApp allows only an approved template now, or wait until they write."),
    (1360, Other, "The message was not delivered in time. Send it again, or call the customer."),
    (1380, Content, "WhatsApp could not take the file. Use a smaller one, or another type such as JPEG, PDF or MP4."),
    (1400, Recipient, "WhatsApp cannot reach this customer: no WhatsApp on the number, or they blocked you. Call them instead."),
    (1420, Auth, "Vonage may not do this for your account. Look in the Vonage dashboard, then enter the keys again in Settings."),
];

/// The problem a code stands for, with Vonage's own words.
pub fn from_code(code: i64, detail: &str) -> Problem {
    let row = TABLE.iter().find(|(c, ..)| *c == code);
    let (class, meaning) = row.map_or(
        (Other, "Vonage did not deliver this message for a reason Steward does not know. The details are below."),
        |(_, class, meaning)| (*class, *meaning),
    );
    Problem { code, detail: clip(detail, DETAIL_CHARS), meaning: meaning.to_owned(), class }
}

/// A refusal as Vonage writes it, in answers and in statuses.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub struct Fault {
    /// An address that ends in the code: `https://developer.vonage.com/api-errors/messages#1340`.
    #[serde(rename = "type")]
    pub kind: serde_json::Value,
    /// A word or the code.
    pub title: serde_json::Value,
    /// Vonage's sentence.
    pub detail: serde_json::Value,
}

/// The problem a refusal stands for.
pub fn from_fault(fault: &Fault) -> Problem {
    let text = |v: &serde_json::Value| v.as_str().map_or_else(|| if v.is_number() { v.to_string() } else { String::new() }, str::to_owned);
    let (kind, title) = (text(&fault.kind), text(&fault.title));
    let last = kind.rsplit(['#', '/']).next().unwrap_or_default();
    let code = last.parse().ok().or_else(|| title.trim().parse().ok()).unwrap_or(-1);
    let detail = text(&fault.detail);
    from_code(code, if detail.is_empty() { &title } else { &detail })
}

/// Reads the answer of a refused request; one that is no JSON is judged by its HTTP status.
pub fn from_answer(status: u16, body: &[u8]) -> Problem {
    let known = match status {
        401 | 403 => Some((Auth, "Vonage does not accept the keys. Messages wait. Open Settings, Channels, and enter them again.")),
        402 => Some((Account, "Your Vonage account has no credit left. Messages are not sent until you top it up.")),
        429 => Some((Rate, "Too many messages at once for Vonage. The message waits and is tried again by itself, slower.")),
        408 | 500..=599 => Some((Transient, "Vonage has trouble at the moment. The message waits and is tried again by itself.")),
        _ => None,
    };
    let read = serde_json::from_slice::<Fault>(body).ok();
    let problem = match &read {
        Some(fault) => from_fault(fault),
        None => from_code(i64::from(status), &format!("HTTP {status} {}", String::from_utf8_lossy(body).trim())),
    };
    match known {
        Some((class, meaning)) => {
            let code = if problem.code < 0 { i64::from(status) } else { problem.code };
            Problem { class, meaning: meaning.into(), code, ..problem }
        }
        None => problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_every_row_says_what_to_do() {
        assert!(TABLE.windows(2).all(|w| w[0].0 < w[1].0));
        for (code, _, meaning) in TABLE {
            assert!(meaning.ends_with('.') && meaning.len() > 40 && meaning.len() < 180, "{code}");
        }
    }

    #[test]
    fn finds_the_code_wherever_it_is_written() {
        let of = |text: &str| from_fault(&serde_json::from_str(text).unwrap());
        assert_eq!(
            of(r#"{"type":"https://developer.vonage.com/api-errors/messages#1340","title":1340,"detail":"Outside of window"}"#).class,
            Window
        );
        assert_eq!(of(r#"{"title":"1240","detail":"Illegal number"}"#).code, 1240);
        assert_eq!(of(r#"{"title":{"odd":[]},"type":5}"#).class, Other);
        assert_eq!(from_answer(429, b"{}").class, Rate);
        assert_eq!(from_answer(402, br#"{"title":"Low balance"}"#).class, Account);
        assert_eq!(from_answer(502, b"<html>").class, Transient);
        assert_eq!(from_answer(422, b"x").class, Other);
    }
}

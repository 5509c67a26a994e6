//! Meta's errors for pages and Instagram: what kind of trouble it is, and what it means for a shopkeeper.
//! Source of the codes: Meta's list of Messenger Platform errors.

use crate::domain::house::message::{Problem, ProblemClass};
use crate::domain::text::clip;
use ProblemClass::{Account, Auth, Content, Other, Rate, Recipient, Transient, Window};

// Code, subcode (0: any other), class, meaning.
#[rustfmt::skip]
const TABLE: &[(i64, i64, ProblemClass, &str)] = &[
    (10, 2_018_278, Window, "More than 24 hours since the customer wrote. Meta allows no message now; wait until they write."),
    (10, 2_534_022, Window, "More than 24 hours since the customer wrote. Meta allows no message now; wait until they write."),
    (10, 2_018_065, Window, "More than 24 hours since the customer wrote. Meta allows no message now; wait until they write."),
    (10, 0, Auth, "The page's token lacks a permission. Messages wait. Give it pages_messaging at Meta, then enter it again in Settings."),
    (100, 2_018_001, Recipient, "Meta finds no such person for this page. They have to write to you first."),
    (100, 0, Content, "Meta found a mistake in the message. It was not sent. Write it in another way."),
    (190, 0, Auth, "The page's token has expired or was withdrawn. Messages wait. Make a new one at Meta and enter it in Settings, Channels."),
    (200, 1_545_041, Recipient, "This person cannot be written to now: they left, or blocked you."),
    (200, 0, Auth, "The page's token lacks a permission. Messages wait. Give it pages_messaging at Meta, then enter it again in Settings."),
    (230, 0, Auth, "The page's token lacks a permission. Messages wait. Give it pages_messaging at Meta, then enter it again in Settings."),
    (551, 0, Recipient, "This person cannot be written to now: they left, or blocked you."),
    (368, 0, Account, "Meta has blocked the page from sending for breaking its rules. Open Meta Business Suite and ask for a review."),
    (613, 0, Rate, "Too many messages at once for this page. The message waits and is tried again by itself, slower."),
    (4, 0, Rate, "Steward asked Meta too often. The message waits and is tried again by itself, slower."),
    (32, 0, Rate, "Steward asked Meta too often. The message waits and is tried again by itself, slower."),
    (1200, 0, Transient, "Meta has trouble at the moment. The message waits and is tried again by itself."),
    (1, 0, Transient, "Meta has trouble at the moment. The message waits and is tried again by itself."),
    (2, 0, Transient, "Meta has trouble at the moment. The message waits and is tried again by itself."),
];

/// Reads the answer of a refused request: `{"error": {"code", "error_subcode", "message"}}`. Any other is judged by its status.
pub fn from_answer(status: u16, body: &[u8]) -> Problem {
    #[derive(serde::Deserialize)]
    struct Answer {
        error: Fault,
    }
    #[derive(serde::Deserialize)]
    struct Fault {
        code: i64,
        #[serde(default)]
        error_subcode: i64,
        #[serde(default)]
        message: String,
    }
    let class = match status {
        401 | 403 => Auth,
        429 => Rate,
        408 | 500..=599 => Transient,
        _ => Other,
    };
    let (code, sub, detail) = match serde_json::from_slice::<Answer>(body) {
        Ok(a) => (a.error.code, a.error.error_subcode, a.error.message),
        Err(_) => {
            let like = match class {
                Auth => 190,
                Rate => 613,
                Transient => 2,
                _ => -1,
            };
            (like, 0, format!("HTTP {status} {}", String::from_utf8_lossy(body).trim()))
        }
    };
    let row = TABLE.iter().find(|r| r.0 == code && r.1 == sub).or_else(|| TABLE.iter().find(|r| r.0 == code && r.1 == 0));
    let (class, meaning) = row
        .map_or((class, "Meta refused this message for a reason Steward does not know. It was not sent; the details are below."), |r| {
            (r.2, r.3)
        });
    Problem { code, detail: clip(&detail, 400), meaning: meaning.into(), class }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subcode_says_more_than_its_code() {
        let of = |code: i64, sub: i64| {
            from_answer(400, format!(r#"{{"error":{{"code":{code},"error_subcode":{sub},"message":"x"}}}}"#).as_bytes())
        };
        assert_eq!(of(10, 2_018_278).class, Window);
        assert_eq!(of(10, 5).class, Auth);
        assert_eq!(of(551, 1_545_041).class, Recipient);
        assert_eq!(of(9_999, 0).class, Other);
        assert_eq!(from_answer(502, b"<html>").class, Transient);
        assert_eq!(from_answer(429, b"").class, Rate);
        assert!(TABLE.iter().all(|r| r.3.ends_with('.') && r.3.len() < 180));
    }
}

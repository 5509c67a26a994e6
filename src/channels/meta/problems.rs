//! Meta's error codes: what kind of trouble it is, and what it means for a shopkeeper. Only codes are looked at; Meta changes the texts.
//! Source of the codes: Meta's list of Cloud API errors as mirrored in the project's protocol notes.

use super::wire::{self, Fault, FaultData, Lax};
use crate::domain::house::message::{Problem, ProblemClass};
use crate::domain::text::clip;
use ProblemClass::{Account, Auth, Content, Other, PairRate, Rate, Recipient, Template, Transient, Window};

const DETAIL_CHARS: usize = 400;

/// Customers reported the number as spam: nothing leaves for an hour or more.
pub const SLOWED_FOR_SPAM: i64 = 131_048;

/// What a code asks of us and its meaning for the owner: what happened, what waits, what to do.
pub fn explain(code: i64) -> (ProblemClass, &'static str) {
    let row = TABLE.iter().find(|(from, to, ..)| (*from..=*to).contains(&code));
    row.map_or((Other, "WhatsApp refused this message for a reason Steward does not know. It was not sent; the details are below."), |r| {
        (r.2, r.3)
    })
}

// First code, last code, class, meaning.
#[rustfmt::skip]
const TABLE: &[(i64, i64, ProblemClass, &str)] = &[
    (0, 0, Auth, "WhatsApp does not accept Steward's access token. Messages wait. Open Settings, WhatsApp, and enter a new token."),
    (1, 2, Transient, "WhatsApp has trouble at the moment. The message waits and is tried again by itself."),
    (3, 3, Auth, "The access token lacks a permission. Messages wait. Give it whatsapp_business_messaging at Meta, then enter it again in Settings."),
    (4, 4, Rate, "Steward asked WhatsApp too often. The message waits and is tried again by itself, slower."),
    (10, 10, Auth, "The access token lacks a permission. Messages wait. Give it whatsapp_business_messaging at Meta, then enter it again in Settings."),
    (33, 33, Auth, "WhatsApp does not know this phone number id, or the token may not use it. Messages wait. Check both in Settings."),
    (100, 100, Content, "WhatsApp found a mistake in the message. It was not sent. Write it in another way; if it happens again, tell support."),
    (190, 190, Auth, "The access token has expired or was withdrawn. Messages wait. Make a new permanent token at Meta and enter it in Settings."),
    (200, 299, Auth, "The access token lacks a permission. Messages wait. Give it whatsapp_business_messaging at Meta, then enter it again in Settings."),
    (368, 368, Account, "Meta has blocked this WhatsApp account for breaking its rules. Nothing can be sent. Open Meta Business Suite and ask for a review."),
    (80007, 80007, Rate, "Steward asked WhatsApp too often. The message waits and is tried again by itself, slower."),
    (130429, 130429, Rate, "Too many messages at once for this number. The message waits and is tried again by itself, slower."),
    (130472, 130472, Recipient, "WhatsApp does not deliver this kind of message to this customer now. It was not sent. Wait until they write to you."),
    (130497, 130497, Account, "WhatsApp does not let this account write to customers in that country. It was not sent. Reach the customer in another way."),
    (131000, 131000, Transient, "WhatsApp could not take the message and does not say why. It waits and is tried again by itself."),
    (131005, 131005, Auth, "The access token lacks a permission. Messages wait. Give it whatsapp_business_messaging at Meta, then enter it again in Settings."),
    (131008, 131009, Content, "WhatsApp found a mistake in the message. It was not sent. Write it in another way; if it happens again, tell support."),
    (131016, 131016, Transient, "WhatsApp is overloaded. The message waits and is tried again by itself."),
    (131021, 131021, Recipient, "This is your own number. WhatsApp does not let a number write to itself."),
    (131026, 131026, Recipient, "The message cannot reach this customer: no WhatsApp on the number, an old app, or they blocked you. Call them instead."),
    (131030, 131030, Recipient, "Your WhatsApp number is still a test number, and this customer is not on its list. Add them at Meta, or use a real number."),
    (131031, 131031, Account, "Meta has locked this WhatsApp account. Nothing can be sent. Open Meta Business Suite to see why and to ask for a review."),
    (131037, 131037, Account, "Meta has not approved the name of your WhatsApp number. Nothing can be sent. Ask for the name again in WhatsApp Manager."),
    (131042, 131042, Account, "There is a problem with payment at Meta. Paid messages are not sent. Check the card in Meta Business Suite, Billing."),
    (131044, 131044, Account, "There is a problem with payment at Meta. Paid messages are not sent. Check the card in Meta Business Suite, Billing."),
    (131045, 131045, Account, "Your WhatsApp number is not fully registered. Nothing can be sent. Register it again in WhatsApp Manager."),
    (131047, 131047, Window, "More than 24 hours since the customer wrote. WhatsApp allows only an approved template now, or wait until they write."),
    (131048, 131048, Rate, "WhatsApp has slowed this number because customers reported it as spam. Messages wait. Write less to people who did not ask."),
    (131049, 131049, Recipient, "WhatsApp did not deliver this advertising message so that the customer does not get too many. Do not send it again today."),
    (131050, 131050, Recipient, "The customer does not want advertising from you. It was not sent. Answer only when they write."),
    (131051, 131051, Content, "WhatsApp cannot pass on this kind of message. Ask for it as plain text or a photo."),
    (131052, 131052, Content, "The customer's file could not be fetched from WhatsApp. Ask them to send it again."),
    (131053, 131053, Content, "WhatsApp did not accept the file. It was not sent. Use a smaller one, or another type such as JPEG, PDF or MP4."),
    (131056, 131056, PairRate, "Too many messages to this one customer in a short time. The message waits and is tried again by itself."),
    (131057, 131057, Transient, "WhatsApp is doing maintenance on your number. The message waits and is tried again by itself in about a minute."),
    (131062, 131062, Recipient, "This customer hides their number, and WhatsApp does not allow this kind of message without it. Ask them for their number."),
    (131063, 131063, Account, "Advertising messages are switched off for this WhatsApp account. It was not sent. Look in WhatsApp Manager."),
    (131064, 131064, Account, "You have reached how many people Meta lets you write to first in a day. It was not sent. Try tomorrow; answers still work."),
    (132000, 132000, Template, "The template was filled in with too many or too few values. It was not sent. Compare it with the template at Meta."),
    (132001, 132001, Template, "Meta has no approved template of this name in this language. It was not sent. Choose another or have it approved."),
    (132005, 132005, Template, "The template became too long once it was filled in. It was not sent. Use shorter values."),
    (132007, 132007, Template, "Meta says the template breaks its rules. It was not sent. Choose or write another template."),
    (132008, 132012, Template, "A value in the template has the wrong form. It was not sent. Compare it with the template at Meta."),
    (132015, 132015, Template, "Meta has paused this template because customers complained. It was not sent. Choose another template for now."),
    (132016, 132016, Template, "Meta has switched this template off for good. It was not sent. Choose or write another template."),
    (132018, 132018, Template, "A value in the template has the wrong form. It was not sent. Compare it with the template at Meta."),
    (132068, 132069, Template, "Meta has blocked or slowed the form in this template. It was not sent. Look at the form in WhatsApp Manager."),
    (133004, 133004, Transient, "WhatsApp is away for the moment. The message waits and is tried again by itself."),
    (133010, 133010, Account, "Your WhatsApp number is not registered. Nothing can be sent. Register it in WhatsApp Manager."),
    (133016, 133016, Rate, "The number was registered too often in a short time. Wait three days before registering it again."),
    (135000, 135000, Content, "WhatsApp found a mistake in the message. It was not sent. Write it in another way; if it happens again, tell support."),
    (137000, 137000, Recipient, "WhatsApp could not confirm that this is still the same person. It was not sent. Ask the customer to write to you."),
    (139000, 139004, Content, "Meta has blocked the form. It was not sent. Look at the form in WhatsApp Manager."),
];

/// The problem a code stands for, with Meta's own words.
pub fn from_code(code: i64, detail: &str) -> Problem {
    let (class, meaning) = explain(code);
    Problem { code, detail: clip(detail, DETAIL_CHARS), meaning: meaning.to_owned(), class }
}

/// A failure that Meta gives no code for.
pub fn unexplained() -> Problem {
    from_code(-1, "")
}

/// Reads the answer of a refused Graph request: `{"error": {"message", "code", "error_data": {"details"}}}`. An answer that is not
/// of this shape (a proxy's page) is judged by its HTTP status.
pub fn from_graph(status: u16, body: &[u8]) -> Problem {
    #[derive(serde::Deserialize)]
    struct Answer<'a> {
        #[serde(borrow)]
        error: Fault<'a>,
    }
    let text = String::from_utf8_lossy(body);
    match serde_json::from_str::<Answer<'_>>(&text) {
        Ok(answer) if answer.error.code.is_some() => {
            let problem = from_fault(&answer.error);
            // A code we have no row for: the status still tells whether waiting helps.
            if problem.class == Other { Problem { class: class_of_status(status), ..problem } } else { problem }
        }
        _ => from_status(status, &text),
    }
}

fn from_status(status: u16, text: &str) -> Problem {
    let class = class_of_status(status);
    let meaning = match class {
        Auth => explain(190).1,
        Rate => explain(130_429).1,
        Transient => explain(2).1,
        _ => explain(-1).1,
    };
    Problem {
        code: i64::from(status),
        detail: clip(&format!("HTTP {status} {}", text.trim()), DETAIL_CHARS),
        meaning: meaning.into(),
        class,
    }
}

const fn class_of_status(status: u16) -> ProblemClass {
    match status {
        401 | 403 => Auth,
        429 => Rate,
        408 | 500..=599 => Transient,
        _ => Other,
    }
}

/// The problem an error inside a webhook stands for.
pub(super) fn from_fault(fault: &Fault<'_>) -> Problem {
    let code = fault.code.as_ref().and_then(|c| c.0.parse().ok()).unwrap_or(-1);
    from_code(code, &words(fault))
}

/// Meta's own words, the most exact ones first.
pub(super) fn words(fault: &Fault<'_>) -> String {
    let data = wire::read::<FaultData<'_>>(fault.error_data).and_then(|d| d.details);
    let all = [&data, &fault.details, &fault.message, &fault.title];
    all.into_iter().flatten().map(Lax::owned).find(|w| !w.trim().is_empty()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_every_row_says_what_to_do() {
        for pair in TABLE.windows(2) {
            assert!(pair[0].1 < pair[1].0, "{} {}", pair[0].0, pair[1].0);
        }
        for (from, to, class, meaning) in TABLE {
            assert!(from <= to && *class != Other && meaning.ends_with('.') && meaning.len() > 40 && meaning.len() < 180, "{from}");
        }
    }

    #[test]
    fn reads_graph_errors_and_pages_of_proxies() {
        let body = br#"{"error":{"message":"(#131047) Re-engagement","type":"OAuthException","code":131047,"error_data":{"messaging_product":"whatsapp","details":"24 hours"},"fbtrace_id":"A1"}}"#;
        let p = from_graph(400, body);
        assert_eq!((p.code, p.class, p.detail.as_str()), (131_047, Window, "24 hours"));
        assert_eq!(from_graph(502, b"<html>bad gateway").class, Transient);
        assert_eq!(from_graph(429, b"").class, Rate);
        assert_eq!(from_graph(401, b"{}").class, Auth);
        assert_eq!(from_graph(500, br#"{"error":{"message":"new","code":999999}}"#).class, Transient);
        assert_eq!(from_graph(400, br#"{"error":{"message":"new","code":999999}}"#).class, Other);
        assert_eq!(unexplained().class, Other);
    }
}

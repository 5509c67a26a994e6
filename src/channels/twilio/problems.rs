//! Twilio's error codes: what kind of trouble it is, and what it means for a shopkeeper.
//! Source of the codes: Twilio's error dictionary (twilio.com/docs/api/errors).

use crate::domain::house::message::{Problem, ProblemClass};
use crate::domain::text::clip;
use ProblemClass::{Account, Auth, Content, Other, Rate, Recipient, Template, Transient, Window};

const DETAIL_CHARS: usize = 400;

// Code, class, meaning. In order.
#[rustfmt::skip]
const TABLE: &[(i64, ProblemClass, &str)] = &[
    (20003, Auth, "Twilio does not accept the account SID and token. Messages wait. Open Settings, Channels, and enter them again."),
    (20404, Auth, "Twilio does not know this account or number. Messages wait. Check the account SID in Settings, Channels."),
    (20429, Rate, "Steward asked Twilio too often. The message waits and is tried again by itself, slower."),
    (20500, Transient, "Twilio has trouble at the moment. The message waits and is tried again by itself."),
    (20503, Transient, "Twilio is away for the moment. The message waits and is tried again by itself."),
    (21211, Recipient, "Twilio says this is not a phone number. Ask the customer for the right one."),
    (21212, Account, "Twilio says the number you send from is not one. Check it in Settings, Channels: it begins with + and the country."),
    (21408, Account, "Your Twilio account may not write to that country. Allow it in the Twilio console under Geo permissions."),
    (21602, Content, "The message was empty, so Twilio did not send it. Write it again."),
    (21606, Account, "The number you send from cannot send text messages. Choose another one in Settings, Channels."),
    (21608, Account, "Your Twilio account is on trial and only writes to verified numbers. Upgrade it, or verify this customer's number."),
    (21610, Recipient, "The customer wrote STOP, so Twilio sends them nothing. They can write START; until then call them instead."),
    (21612, Recipient, "Twilio cannot send a text message from your number to this one. Call them instead."),
    (21614, Recipient, "This is not a mobile number, so it takes no text messages. Call them instead."),
    (21617, Content, "The message is longer than Twilio takes. Write it in two."),
    (21620, Content, "Twilio could not use the address of the file. Start the server with the public address people reach it by."),
    (21660, Account, "The number you send from is not in this Twilio account. Check both in Settings, Channels."),
    (21703, Account, "The messaging service at Twilio has no number in it. Add one in the Twilio console."),
    (30001, Transient, "Twilio's line was full. The message was not sent; send it again in a moment."),
    (30002, Account, "Your Twilio account is suspended. Nothing can be sent. Open the Twilio console to see why."),
    (30003, Recipient, "The customer's phone is off or out of reach. Try again later, or call them."),
    (30004, Recipient, "The customer's network blocks this message. Call them instead."),
    (30005, Recipient, "The number is unknown or no longer in use. Ask the customer for the right one."),
    (30006, Recipient, "This is a landline or its network takes no text messages. Call them instead."),
    (30007, Recipient, "The network took the message for spam. Write it without links and capital letters."),
    (30008, Other, "The message did not arrive and the network does not say why. Call the customer, or send it again later."),
    (30034, Account, "US networks want your number registered (A2P 10DLC). Register it in the Twilio console; until then messages there fail."),
    (63001, Auth, "Twilio may not use this WhatsApp sender. Connect it again in the Twilio console."),
    (63003, Recipient, "The number is not on WhatsApp. Call them, or send a text message."),
    (63005, Content, "WhatsApp did not accept the message. Write it in another way."),
    (63007, Account, "Twilio knows no WhatsApp sender with this number. Check the number in Settings, Channels."),
    (63012, Transient, "WhatsApp has trouble at the moment. Send the message again later."),
    (63013, Account, "WhatsApp says the message breaks its rules. It was not sent. Write it in another way."),
    (63015, Recipient, "The customer has not joined your Twilio sandbox. Ask them to send the join words, or use a real sender."),
    (63016, Window, "More than 24 hours since the customer wrote. WhatsApp allows only an approved template now, or wait until they write."),
    (63018, Rate, "Too many WhatsApp messages at once. The message waits and is tried again by itself, slower."),
    (63019, Content, "WhatsApp could not fetch the file. Use a smaller one, or another type such as JPEG, PDF or MP4."),
    (63020, Account, "The WhatsApp account behind this sender is restricted. Open the Twilio console to see why."),
    (63021, Content, "WhatsApp found a mistake in the message. It was not sent. Write it in another way."),
    (63024, Recipient, "WhatsApp cannot reach this customer: no WhatsApp on the number, an old app, or they blocked you. Call them instead."),
    (63027, Template, "WhatsApp has no approved template of this name. Choose another or have it approved."),
    (63032, Recipient, "WhatsApp does not deliver this kind of message to this customer now. Wait until they write to you."),
    (63038, Rate, "Your Twilio account has reached its number of messages for today. Messages wait until tomorrow, or raise the limit."),
];

/// The problem a code stands for, with Twilio's own words.
pub fn from_code(code: i64, detail: &str) -> Problem {
    let row = TABLE.iter().find(|(c, ..)| *c == code);
    let (class, meaning) = row.map_or(
        (Other, "Twilio did not deliver this message for a reason Steward does not know. The details are below."),
        |(_, class, meaning)| (*class, *meaning),
    );
    Problem { code, detail: clip(detail, DETAIL_CHARS), meaning: meaning.to_owned(), class }
}

/// Reads the answer of a refused request: `{"code", "message", "status"}`. Any other is judged by its HTTP status.
pub fn from_answer(status: u16, body: &[u8]) -> Problem {
    #[derive(serde::Deserialize)]
    struct Answer {
        code: i64,
        #[serde(default)]
        message: String,
    }
    match serde_json::from_slice::<Answer>(body) {
        Ok(a) => {
            let problem = from_code(a.code, &a.message);
            if problem.class == Other { Problem { class: class_of(status), ..problem } } else { problem }
        }
        Err(_) => {
            let like = match class_of(status) {
                Auth => 20003,
                Rate => 20429,
                Transient => 20500,
                _ => -1,
            };
            let detail = format!("HTTP {status} {}", String::from_utf8_lossy(body).trim());
            Problem { code: i64::from(status), ..from_code(like, &detail) }
        }
    }
}

const fn class_of(status: u16) -> ProblemClass {
    match status {
        401 | 403 => Auth,
        429 => Rate,
        408 | 500..=599 => Transient,
        _ => Other,
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
    fn reads_refusals_and_pages_of_proxies() {
        let p = from_answer(400, br#"{"code":63016,"message":"Failed to send freeform message","more_info":"x","status":400}"#);
        assert_eq!((p.code, p.class), (63016, Window));
        assert_eq!(from_answer(429, br#"{"code":99999,"message":"new"}"#).class, Rate);
        assert_eq!(from_answer(502, b"<html>").class, Transient);
        assert_eq!(from_answer(401, b"{}").class, Auth);
        assert_eq!(from_answer(400, b"").class, Other);
    }
}

//! What mail servers say when they do not take a letter or a password, and what it means for a shopkeeper.
//! Codes: RFC 5321 and RFC 3463, with the words of the large providers.

use crate::channels::outcome::SendError;
use crate::domain::house::message::{Problem, ProblemClass};
use crate::domain::text::clip;
use crate::net::mail::{MailFailure, Step};
use ProblemClass::{Account, Auth, Content, Other, Rate, Recipient, Transient};

const DETAIL_CHARS: usize = 400;
/// Waited before another try when the server asks for patience: many take an unknown sender only at the second try, minutes later.
const PATIENCE_MS: u64 = 5 * 60_000;
/// Waited when nobody connected.
const NOT_CONNECTED_MS: u64 = 30_000;

// Beginning of the enhanced status, class, meaning. The first that fits counts, so longer ones come first.
#[rustfmt::skip]
const BY_STATUS: &[(&str, ProblemClass, &str)] = &[
    ("5.1.1", Recipient, "There is no such mailbox. Ask the customer for the right e-mail address."),
    ("5.1.2", Recipient, "The part of the address behind the @ does not exist. Ask the customer for the right e-mail address."),
    ("5.1.3", Recipient, "The e-mail address is not written as one. Ask the customer for the right one."),
    ("5.1.6", Recipient, "The mailbox has moved and nobody says where to. Ask the customer for the new address."),
    ("5.1.7", Account, "The mail server does not accept your own address as sender. Check it in Settings, Channels."),
    ("5.1.8", Account, "The mail server does not accept your own address as sender. Check it in Settings, Channels."),
    ("5.1.10", Recipient, "This address takes no mail at all. Ask the customer for another one."),
    ("5.2.1", Recipient, "The customer's mailbox is switched off. Reach them another way."),
    ("5.2.2", Recipient, "The customer's mailbox is full. Try again later, or reach them another way."),
    ("5.2.3", Content, "The letter is larger than the customer's mailbox takes. Send smaller files."),
    ("5.3.4", Content, "The letter is larger than the mail server takes. Send smaller files."),
    ("5.4", Recipient, "No way leads to the customer's mail server. Check the address, or try again later."),
    ("5.7.8", Auth, "The mail server does not accept your user name and password. Enter them again in Settings, Channels."),
    ("5.7.9", Auth, "Your mail provider wants an app password. Make one there and enter it in Settings, Channels."),
    ("5.7.0", Account, "The mail server does not let you send this. Its words are below; ask your mail provider."),
    ("5.7", Account, "The customer's mail server takes you for a spammer. Ask your mail provider about SPF and DKIM of your address."),
    ("5.1", Recipient, "The customer's mail server does not take mail for this address. Ask for the right one."),
];

// Code, class, meaning. In order.
#[rustfmt::skip]
const BY_CODE: &[(u16, ProblemClass, &str)] = &[
    (421, Transient, "The mail server is busy. The letter waits and is tried again by itself."),
    (450, Transient, "The customer's mailbox takes nothing at the moment. The letter waits and is tried again by itself."),
    (451, Transient, "The mail server asks to come again later. The letter waits and is tried again by itself."),
    (452, Rate, "The mail server has too much to do. The letter waits and is tried again by itself."),
    (454, Transient, "The mail server cannot check your password at the moment. The letter waits and is tried again by itself."),
    (530, Auth, "The mail server wants a user name and password. Enter them in Settings, Channels."),
    (534, Auth, "Your mail provider wants an app password. Make one there and enter it in Settings, Channels."),
    (535, Auth, "The mail server does not accept your user name and password. Gmail, Outlook and Yahoo want an app password here."),
    (538, Auth, "The mail server wants a protected line before it takes a password. Use the port it names, often 465."),
    (550, Recipient, "The customer's mail server does not take mail for this address. Ask for the right one."),
    (551, Recipient, "The customer is not on this mail server any more. Ask for the new address."),
    (552, Recipient, "The customer's mailbox is full, or the letter is too large. Send smaller files or try again later."),
    (553, Recipient, "The mail server does not accept this e-mail address. Check how it is written."),
    (554, Account, "The mail server refused the letter. Its words are below; it may take you for a spammer."),
];

/// Why a mail server did not do what was asked.
pub fn problem_of(failure: &MailFailure) -> Problem {
    match failure {
        MailFailure::Refused(why) => Problem {
            code: -1,
            detail: why.clone(),
            meaning: "This mail server is on a private network. Whoever runs Steward can allow it with STEWARD_MAIL_HOSTS.".into(),
            class: Other,
        },
        MailFailure::NotConnected(why) => Problem {
            code: -1,
            detail: clip(why, DETAIL_CHARS),
            meaning: "The mail server cannot be reached. Letters wait and are tried again by themselves. Check its name and the internet."
                .into(),
            class: Transient,
        },
        MailFailure::Unknown(why) => Problem {
            code: 0,
            detail: clip(why, DETAIL_CHARS),
            meaning: "The line broke after the letter had left. Nobody can say whether it arrived.".into(),
            class: Other,
        },
        MailFailure::Answer { step, code, words } => answered(*step, *code, words),
    }
}

fn answered(step: Step, code: u16, words: &str) -> Problem {
    let detail = clip(&format!("{} {code} {words}", step.title()), DETAIL_CHARS);
    let problem = |class, meaning: &str| Problem { code: i64::from(code), detail: detail.clone(), meaning: meaning.to_owned(), class };
    match step {
        Step::SignIn if !(400..500).contains(&code) => {
            let meaning = "The mail server does not accept the user name and password. Gmail, Outlook and Yahoo want an app password here.";
            problem(Auth, meaning)
        }
        Step::Folder => problem(Other, "The mail server has no inbox that can be read. Its words are below; ask your mail provider."),
        Step::Connect if !(400..500).contains(&code) => {
            problem(Other, "The mail server does not speak as mail servers do. Check its name and port in Settings, Channels.")
        }
        Step::Sender if code >= 500 => {
            problem(Account, "The mail server does not let you send from your address. Check it in Settings, Channels.")
        }
        _ => of_status(code, words).map_or_else(
            || {
                let class = if (400..500).contains(&code) { Transient } else { Other };
                problem(class, "The mail server did not take the letter for a reason Steward does not know. Its words are below.")
            },
            |(class, meaning)| problem(class, meaning),
        ),
    }
}

fn of_status(code: u16, words: &str) -> Option<(ProblemClass, &'static str)> {
    let by_code = BY_CODE.iter().find(|(c, ..)| *c == code).map(|(_, class, meaning)| (*class, *meaning));
    if code < 500 {
        return by_code;
    }
    let status = words.split_whitespace().next().unwrap_or_default();
    let by_status = BY_STATUS.iter().find(|(s, ..)| status == *s || status.starts_with(&format!("{s}.")));
    by_status.map(|(_, class, meaning)| (*class, *meaning)).or(by_code)
}

/// The problem a bounce stands for: its status and the server's words.
pub fn of_bounce(status: &str, words: &str) -> Problem {
    let found = BY_STATUS.iter().find(|(s, ..)| status == *s || status.starts_with(&format!("{s}.")));
    let (class, meaning) = found.map_or(
        (Recipient, "The letter came back: the customer's mail server did not take it. Its words are below."),
        |(_, class, meaning)| (*class, *meaning),
    );
    Problem { code: 550, detail: clip(&format!("{status} {words}"), DETAIL_CHARS), meaning: meaning.to_owned(), class }
}

/// What became of a letter that was not taken.
pub fn send_error(failure: &MailFailure) -> SendError {
    let problem = problem_of(failure);
    match failure {
        MailFailure::Unknown(why) => SendError::Unknown(why.clone()),
        MailFailure::Refused(_) => SendError::NotSent { retryable: false, after_ms: 0, problem },
        MailFailure::NotConnected(_) => SendError::NotSent { retryable: true, after_ms: NOT_CONNECTED_MS, problem },
        MailFailure::Answer { code, .. } if (400..500).contains(code) => {
            SendError::NotSent { retryable: true, after_ms: PATIENCE_MS, problem }
        }
        MailFailure::Answer { .. } => SendError::Refused(problem),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(step: Step, code: u16, words: &str) -> Problem {
        problem_of(&MailFailure::Answer { step, code, words: words.into() })
    }

    #[test]
    fn every_row_says_what_to_do() {
        assert!(BY_CODE.windows(2).all(|w| w[0].0 < w[1].0));
        let all = BY_CODE.iter().map(|r| r.2).chain(BY_STATUS.iter().map(|r| r.2));
        for meaning in all {
            assert!(meaning.ends_with('.') && meaning.len() > 40 && meaning.len() < 180, "{meaning}");
        }
    }

    #[test]
    fn the_finer_status_wins_over_the_code() {
        let unknown = said(Step::Recipient, 550, "5.1.1 User unknown");
        assert_eq!(unknown.class, Recipient);
        assert!(unknown.meaning.contains("no such mailbox"));
        assert_eq!(said(Step::Message, 550, "5.7.26 Unauthenticated mail is blocked").class, Account);
        assert_eq!(said(Step::Recipient, 550, "No such user").class, Recipient);
        assert_eq!(said(Step::Recipient, 550, "5.1.10 null MX").class, Recipient);
        assert_eq!(said(Step::SignIn, 535, "5.7.8 Bad credentials").class, Auth);
        assert_eq!(said(Step::Sender, 553, "5.7.1 not yours").class, Account);
        assert_eq!(said(Step::Recipient, 451, "4.7.1 Greylisted").class, Transient);
        assert_eq!(said(Step::Message, 599, "").class, Other);
    }

    #[test]
    fn only_certain_failures_are_tried_again() {
        let of = |f: &MailFailure| send_error(f);
        assert!(matches!(of(&MailFailure::Unknown("cut".into())), SendError::Unknown(_)));
        let busy = MailFailure::Answer { step: Step::Connect, code: 421, words: "busy".into() };
        assert!(matches!(of(&busy), SendError::NotSent { retryable: true, after_ms: PATIENCE_MS, .. }));
        let no = MailFailure::Answer { step: Step::Recipient, code: 550, words: "5.1.1 no".into() };
        assert!(matches!(of(&no), SendError::Refused(_)));
        assert!(matches!(of(&MailFailure::Refused("private".into())), SendError::NotSent { retryable: false, .. }));
    }
}

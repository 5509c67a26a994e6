//! Keeps secrets and personal data of free text out of the log: what providers say about a failed call may quote a key
//! or a customer's number.
//!
//! A pattern may hide too much, never too little: digits in groups that could be a phone number or a card go, ids stay.

use regex::{Captures, Regex};
use std::borrow::Cow;
use std::sync::LazyLock;

/// What a hidden part is shown as, the same as [`Secret`](crate::domain::secret::Secret).
const HIDDEN: &str = "***";

static PATTERNS: LazyLock<[Regex; 4]> = LazyLock::new(|| {
    let regex = |pattern: &str| Regex::new(pattern).expect("the pattern is checked by a test");
    [
        // A word that announces a secret, and what follows it.
        regex(
            r#"(?i)\b(authorization|bearer|basic|api[_-]?key|x-api-key|x-api-secret|token|access_token|app_secret|client_secret|password|secret|hub\.verify_token)(["']?\s*[:= ]\s*["']?)(bearer\s+|basic\s+)?([^\s"'&,;}]{6,})"#,
        ),
        // Keys known by their beginning.
        regex(r"()()()\b((?:sk|pk|rk|gsk|csk|xai|stw|whsec|EAA[A-Z])[-_A-Za-z0-9]{16,})"),
        // E-mail addresses.
        regex(r"()()()([A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,})"),
        // Phone numbers and cards: at least nine digits, in groups or not, not a part of an id.
        regex(r"()()(^|[^0-9A-Za-z_-])(\+?[0-9](?:[ ().-]{0,2}[0-9]){8,18})\b"),
    ]
});

/// `text` without keys, e-mail addresses and phone numbers.
pub fn text(text: &str) -> Cow<'_, str> {
    PATTERNS.iter().fold(Cow::Borrowed(text), |text, pattern| {
        if !pattern.is_match(&text) {
            return text;
        }
        Cow::Owned(pattern.replace_all(&text, hide).into_owned())
    })
}

fn hide(found: &Captures<'_>) -> String {
    let part = |n| found.get(n).map_or("", |m| m.as_str());
    format!("{}{}{}{HIDDEN}", part(1), part(2), part(3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hides_keys_numbers_and_addresses() {
        for (given, want) in [
            ("401 for Bearer EAAGm0PX4ZCpsBA", "401 for Bearer ***"),
            ("Authorization: Bearer abcdefgh12345", "Authorization: Bearer ***"),
            ("{\"api_key\":\"abcdef123\"}", "{\"api_key\":\"***\"}"),
            ("Incorrect key sk-proj-abcdefghij0123456789", "Incorrect key ***"),
            ("?hub.verify_token=opensesame&x=1", "?hub.verify_token=***&x=1"),
            ("to +2348031234567 failed", "to *** failed"),
            ("call 0803 123 4567 now", "call *** now"),
            ("mail ada@example.com", "mail ***"),
        ] {
            assert_eq!(text(given), want);
        }
    }

    #[test]
    fn leaves_ids_times_and_money() {
        for same in [
            "order 019a2f60-7c1e-7b12-9f00-123456789012 paid",
            "at 2026-11-21T09:30:00.123Z",
            "₦1,234,567.00 in 35 ms",
            "wamid.HBgNMjM0ODAzMTIzNDU2NxUC",
            "tokens: 1200 used",
        ] {
            assert_eq!(text(same), same);
        }
    }
}

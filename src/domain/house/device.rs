//! Phones and browsers on which a member is told that something waits.

use crate::domain::id::Id;
use crate::domain::text::clip;
use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// Devices of one member at most.
pub const DEVICES: usize = 20;
/// The longest title and the longest text of a nudge.
const TITLE_CHARS: usize = 120;
const BODY_CHARS: usize = 300;

/// What waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Waits {
    /// A question to decide.
    Approval,
    /// A conversation in which a person is wanted.
    Person,
    /// An order whose payment is to be checked.
    Payment,
}

impl Waits {
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approval => "approval",
            Self::Person => "person",
            Self::Payment => "payment",
        }
    }
    /// From the word in the database.
    pub fn from_word(s: &str) -> Option<Self> {
        [Self::Approval, Self::Person, Self::Payment].into_iter().find(|x| x.as_str() == s)
    }
}

/// A phone or browser of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub id: Id,
    /// Whose.
    pub member_id: Id,
    /// "Chrome on Android".
    pub name: String,
    /// The SHA-256 of its address, in hex.
    pub mark: String,
    /// Why the last nudge did not reach it; empty when it did.
    pub problem: String,
    /// Since when.
    pub created_at: Time,
    /// When it was last told something.
    pub told_at: Option<Time>,
}

/// What a device shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nudge {
    /// The first line.
    pub title: String,
    /// The rest.
    pub body: String,
    /// The page a tap opens.
    pub url: String,
    /// Nudges of the same tag replace each other.
    pub tag: String,
}

impl Nudge {
    /// A nudge that is short enough for every service that carries one.
    pub fn new(title: &str, body: &str, url: String, tag: String) -> Self {
        Self { title: clip(title, TITLE_CHARS), body: clip(body, BODY_CHARS), url, tag }
    }
}

/// A device's name from what its browser says of itself.
pub fn name_of(agent: &str) -> String {
    let find = |all: &[(&str, &'static str)]| all.iter().find(|(word, _)| agent.contains(word)).map(|(_, name)| *name);
    let browser = find(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ]);
    let system = find(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("CrOS", "a Chromebook"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(b), Some(s)) => format!("{b} on {s}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "A browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_named_as_people_know_them() {
        let android =
            "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36";
        assert_eq!(name_of(android), "Chrome on Android");
        let iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1";
        assert_eq!(name_of(iphone), "Safari on iPhone");
        assert_eq!(name_of("curl/8"), "A browser");
    }

    #[test]
    fn a_nudge_is_always_small() {
        let long = "ẹ".repeat(2_000);
        let n = Nudge::new(&long, &long, "/app".into(), "x".into());
        assert!(serde_json::to_vec(&n).unwrap().len() < 3_000);
    }
}

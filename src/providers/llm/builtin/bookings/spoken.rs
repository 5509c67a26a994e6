//! A text as it is read: what was taken back in the same breath is left out, and so are telephone numbers.

use regex::Regex;
use std::sync::OnceLock;

/// "tonight at 7 no sorry 8" is "tonight at 8"; "8 to 10pm" begins at 8pm; a telephone number is no time and no number of people.
pub fn as_meant(text: &str) -> String {
    static ALL: OnceLock<[(Regex, &str); 6]> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let re = |p: &str| Regex::new(p).expect("a fixed pattern");
        [
            (re(r"(?i)(?:\b(?:my |phone |mobile |whatsapp )*(?:number|phone|tel|mobile|whatsapp|cell)(?: is|:)? *)?(?:\+\d|\b0\d)[\d /-]{7,}\d\b"), " "),
            (re(r"@\s*(?P<n>\d)"), "at $n"),
            (re(r"(?i)\b(?P<t>table|tbl|room|book|booking|reservation)\s+4\s+(?P<n>\d|two|three|four|five|six|seven|eight|nine|ten|me\b)"), "$t for $n"),
            (
                re(r"(?i)\b(?P<at>at |for )?\d{1,2}(?:[:.]\d\d)?\s*(?:am|pm)?[ ,.-]+(?:oh |no |sorry |wait |actually |i mean |i meant |rather |make it |make that )*(?:no|sorry|wait|actually|i mean|i meant|rather|make it|make that)[ ,.:-]+(?P<n>\d{1,2}(?:[:.]\d\d)?\s*(?:am|pm)?)\b(?P<e>\s*(?:$|[,.!?]|please\b|for\b|tonight\b|tomorrow\b))"),
                "$at$n$e",
            ),
            (re(r"(?i)\bbetween\s+(?P<n>\d{1,2}(?:[:.]\d\d)?)\s*(?P<ap>am|pm)?\s+and\s+\d{1,2}(?:[:.]\d\d)?\s*(?P<then>am|pm)\b"), "at $n$ap$then"),
            (re(r"(?i)\b(?P<n>\d{1,2}(?:[:.]\d\d)?)\s*(?:to|till|until|-|–)\s*\d{1,2}(?:[:.]\d\d)?\s*(?P<then>am|pm)\b"), "$n$then"),
        ]
    });
    all.iter().fold(text.to_owned(), |t, (re, to)| re.replace(&t, *to).into_owned())
}

/// A name and nothing else, said when we asked for it: "May", "Max Muster, 2 people". Its place in the text.
pub fn bare_name(text: &str) -> Option<(usize, usize)> {
    static RE: OnceLock<Regex> = OnceLock::new();
    let re = RE.get_or_init(|| {
        Regex::new(r"^\s*(?i:(?:it'?s|its|my name is|name is|name:?|i am|i'm|this is|under|on|for|in the name of|please use|use)\s+)?(?P<name>\p{Lu}[\p{L}'’.-]*(?:\s+\p{Lu}[\p{L}'’.-]*){0,3})\s*(?:$|[.,!]|\d)")
            .expect("a fixed pattern")
    });
    let name = re.captures(text)?.name("name")?;
    let says_else = [
        "Yes",
        "No",
        "Ok",
        "Okay",
        "Hi",
        "Hello",
        "Thanks",
        "Sure",
        "Stop",
        "Cancel",
        "What",
        "When",
        "How",
        "Why",
        "Where",
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "Today",
        "Tomorrow",
    ];
    let first = name.as_str().split_whitespace().next()?;
    (!says_else.contains(&first)).then_some((name.start(), name.end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_back_is_left_out() {
        for (text, want) in [
            ("table for 2 tonight at 7 no sorry 8", "table for 2 tonight at 8"),
            ("at 7pm, actually 8pm please", "at 8pm please"),
            ("thursday 8 to 10pm", "thursday 8pm"),
            ("between 7 and 8pm", "at 7pm"),
            ("2 people, my number is 0151 2345678", "2 people,  "),
            ("3 to 6 December", "3 to 6 December"),
            ("no, 7", "no, 7"),
            ("for 2 on the 27th", "for 2 on the 27th"),
        ] {
            assert_eq!(as_meant(text), want, "{text}");
        }
    }

    #[test]
    fn names_alone() {
        let name = |t: &'static str| bare_name(t).map(|(from, to)| &t[from..to]);
        assert_eq!(name("May"), Some("May"));
        assert_eq!(name("Max Muster, 2 people"), Some("Max Muster"));
        assert_eq!(name("Grace Okafor 08031234567"), Some("Grace Okafor"));
        assert_eq!(name("No"), None);
        assert_eq!(name("what time?"), None);
    }
}

//! What a customer adds to a booking for whoever keeps the book: "it's our anniversary", "we need a high chair".

use crate::domain::text::{clip, fold};
use regex::Regex;
use std::sync::OnceLock;

/// Characters of a wish that are kept.
const LONGEST: usize = 200;

/// The sentences of a text that wish for something or tell something a person should know; none when there is none.
pub fn wishes(text: &str) -> Option<String> {
    static RE: OnceLock<Regex> = OnceLock::new();
    let re = RE.get_or_init(|| {
        Regex::new(r"\b(?:birthday|anniversary|honeymoon|proposal|propose to|surprise|flowers?|roses|balloons?|candles?|decorat\w+|wheel ?chairs?|high ?chairs?|baby (?:cot|bed|seat|chair)|cots?|crib|allerg\w+|vegans?|vegetarians?|halal|by the window|window (?:seat|table)|near the window|outside|outdoors?|terrace|quiet|ground floor|top floor|high floor|late (?:arrival|check ?-?in)|early check ?-?in|flight|airport|sea ?view|dogs?|puppy|pets?|twin beds?|double bed|king ?-?size|extra bed|non ?-?smoking|smoking room)\b")
            .expect("a fixed pattern")
    });
    let told: Vec<&str> = text
        .split_inclusive(['.', '!', '?', ';', '\n'])
        .map(str::trim)
        .filter(|s| {
            let folded = fold(s);
            // "do you have vegan food?" is asked and answered; "can we sit by the window?" is wished.
            let wished = !folded.ends_with('?') || ["can ", "could ", "please", "possible"].iter().any(|w| folded.contains(w));
            wished && re.is_match(&folded)
        })
        .collect();
    (!told.is_empty()).then(|| clip(&told.join(" "), LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_wished() {
        assert_eq!(wishes("table for 2 at 7. It's our anniversary!").as_deref(), Some("It's our anniversary!"));
        assert_eq!(wishes("table for 2 tomorrow at 7, name Ada"), None);
    }
}

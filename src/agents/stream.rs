//! What of a reply may be shown while a model still writes it. The guard judges whole replies; until it has, only sentences that state
//! nothing it would look at may be seen: no figure, no date, no price, no deed. The first sentence that might ends the preview, because
//! what follows may lean on it.

use crate::domain::lang::Lang;
use crate::domain::text::fold;

/// Lets harmless sentences of one draft through.
#[derive(Debug)]
pub struct Gate {
    waiting: String,
    shut: bool,
}

impl Gate {
    /// For a reply to somebody who writes this language. Only English is known well enough to tell what a sentence claims.
    pub fn new(language: Lang) -> Self {
        Self { waiting: String::new(), shut: language != Lang::En }
    }
    /// More words; what may be shown of them now.
    pub fn push(&mut self, piece: &str) -> Option<String> {
        if self.shut {
            return None;
        }
        self.waiting.push_str(piece);
        let mut shown = String::new();
        while let Some(end) = sentence_end(&self.waiting) {
            let rest = self.waiting.split_off(end);
            let sentence = std::mem::replace(&mut self.waiting, rest);
            if !states_nothing(&sentence) {
                self.shut = true;
                self.waiting.clear();
                break;
            }
            shown.push_str(&sentence);
        }
        (!shown.trim().is_empty()).then_some(shown)
    }
}

/// Where the first sentence ends, with the blank behind it. A full stop at the end of what is there may be the point of "2.5".
fn sentence_end(text: &str) -> Option<usize> {
    let mut marked = false;
    for (at, c) in text.char_indices() {
        match c {
            '\n' => return Some(at + 1),
            c if c.is_whitespace() && marked => return Some(at + c.len_utf8()),
            '.' | '!' | '?' | '؟' | '…' => marked = true,
            // A closing quote or an emoji still belongs to the sentence that ended.
            c if marked && !c.is_alphanumeric() => {}
            _ => marked = false,
        }
    }
    None
}

/// Beginnings of words that state a price, a stock, a time or a deed, or promise one.
const STEMS: [&str; 74] = [
    "accept",
    "add",
    "afford",
    "alert",
    "approv",
    "arrang",
    "ask",
    "availab",
    "basket",
    "book",
    "buy",
    "call",
    "cancel",
    "cart",
    "chang",
    "charg",
    "clos",
    "complimentar",
    "confirm",
    "cost",
    "deliver",
    "discount",
    "dispatch",
    "dollar",
    "expir",
    "fee",
    "finish",
    "forward",
    "free",
    "gift",
    "guarant",
    "half",
    "hour",
    "inform",
    "instock",
    "kobo",
    "mark",
    "minute",
    "money",
    "month",
    "naira",
    "notif",
    "off",
    "offer",
    "open",
    "order",
    "paid",
    "pay",
    "percent",
    "place",
    "prepar",
    "pric",
    "process",
    "promis",
    "receiv",
    "reduc",
    "refund",
    "remain",
    "remov",
    "reserv",
    "schedul",
    "sell",
    "send",
    "sent",
    "ship",
    "sold",
    "stock",
    "suppl",
    "total",
    "transfer",
    "updat",
    "verif",
    "waiv",
    "year",
];

/// Whole words of the same kind: counts, days, and what turns words into a deed or a promise.
const WORDS: [&str; 86] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
    "hundred",
    "thousand",
    "million",
    "dozen",
    "couple",
    "pair",
    "both",
    "twice",
    "first",
    "second",
    "third",
    "last",
    "next",
    "left",
    "today",
    "tonight",
    "tomorrow",
    "yesterday",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "january",
    "february",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "day",
    "days",
    "week",
    "weeks",
    "weekend",
    "noon",
    "midnight",
    "morning",
    "afternoon",
    "evening",
    "ready",
    "done",
    "don",
    "got",
    "told",
    "have",
    "has",
    "had",
    "will",
    "ll",
    "ve",
    "was",
    "been",
];

/// Greetings that hold such words and state nothing.
const GREETINGS: [&str; 4] = ["good morning", "good afternoon", "good evening", "good day"];

/// Whether a sentence holds nothing the guard could object to, whatever the records say.
pub fn states_nothing(sentence: &str) -> bool {
    let foreign = |c: char| c.is_numeric() || (c.is_alphabetic() && !c.is_ascii()) || "₦$€£¥₹%#@<>{}|[]`".contains(c);
    if sentence.contains(foreign) || sentence.contains("://") {
        return false;
    }
    let mut folded = fold(sentence);
    for greeting in GREETINGS {
        folded = folded.replace(greeting, "");
    }
    let mut words = folded.split(|c: char| !c.is_ascii_alphabetic()).filter(|w| !w.is_empty());
    words.all(|w| !WORDS.contains(&w) && !STEMS.iter().any(|s| w.starts_with(s)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_states_nothing_is_shown_at_once() {
        let mut gate = Gate::new(Lang::En);
        assert_eq!(gate.push("Good aft"), None);
        assert_eq!(gate.push("ernoon, Ada! How are "), Some("Good afternoon, Ada! ".into()));
        assert_eq!(gate.push("you? 😊 The rice "), Some("How are you? ".into()));
        assert_eq!(gate.push("costs ₦2,500. Thank you! "), None);
        assert_eq!(gate.push("Goodbye. "), None, "what follows may lean on what was held back");
    }

    #[test]
    fn figures_dates_prices_and_deeds_wait() {
        for claim in [
            "Your order is placed.",
            "I have placed your order.",
            "The payment has been received.",
            "I cancelled it.",
            "I've told the owner.",
            "We will refund you.",
            "It is on its way and delivered.",
            "There is a discount.",
            "It is on the house, complimentary.",
            "I've put it there.",
            "We close at nine.",
            "Come on Monday.",
            "There are two left.",
            "That is 2.5 litres.",
            "Your money don land.",
            "It is ready.",
            "Reference K7PQ2M.",
            "Ó ti tán.",
            "<tool_call>see</tool_call>.",
            "<|im_end|> Hello.",
            "{\"name\": \"see\"}.",
        ] {
            assert!(!states_nothing(claim), "{claim}");
        }
        for harmless in ["Hello!", "How may I help you?", "Let me look.", "Thank you for writing to us.", "I am sorry about that."] {
            assert!(states_nothing(harmless), "{harmless}");
        }
    }

    #[test]
    fn languages_it_cannot_judge_wait_for_the_guard() {
        assert_eq!(Gate::new(Lang::Yo).push("E kaaro! Se alafia ni? "), None);
    }

    proptest! {
        /// However the words are cut into pieces, the same is shown, and it is a beginning of the reply.
        #[test]
        fn cuts_change_nothing(text in "([A-Za-z]{1,8}[ .!?,]{1,2}){0,30}", size in 1usize..9) {
            let all = |pieces: Vec<String>| {
                let mut gate = Gate::new(Lang::En);
                pieces.iter().filter_map(|p| gate.push(p)).collect::<String>()
            };
            let letters: Vec<char> = text.chars().collect();
            let cut = all(letters.chunks(size).map(|c| c.iter().collect()).collect());
            let whole = all(vec![text.clone()]);
            prop_assert_eq!(cut.trim_end(), whole.trim_end());
            prop_assert!(text.starts_with(&cut));
        }
    }
}

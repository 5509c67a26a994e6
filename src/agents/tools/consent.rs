//! Whether the customer asked for a deed that a language model wants to do in their name. The built-in model's understanding of their words
//! is the judge; where it understands nothing, a reply of ours must have shown what the customer may have agreed to.

use super::{Counter, Refused, told};
use crate::agents::guard::numbers_in;
use crate::domain::error::Error;
use crate::domain::shop::basket;
use crate::domain::text::fold;
use crate::providers::llm::builtin::consent::{Heard, heard};
use crate::providers::llm::{Said, ToolCall, ToolResult};
use serde_json::json;

/// Greetings, thanks and a no in the languages customers write, folded: what nobody books or pays with.
const PLEASANTRIES: &str = "hi|hello|hey|good morning|good afternoon|good evening|good day|good night|thanks|thank you|thank you very much|thanks a lot|so much|bye|\
    goodbye|no|no thanks|no thank you|well done|how far|wetin dey|thank una|i hail|bonjour|bonsoir|salut|bonne journee|bonne soiree|merci|merci beaucoup|au revoir|non|non merci|\
    hola|buenos dias|buenas tardes|buenas noches|gracias|muchas gracias|adios|no gracias|ola|oi|bom dia|boa tarde|boa noite|obrigado|obrigada|muito obrigado|\
    muito obrigada|tchau|nao|nao obrigado|nao obrigada|bawo ni|e kaaro|e kaasan|e kaale|ekaaro|ekaasan|ekaale|e se|ese|e se gan|o dabo|rara|sannu|ina kwana|ina wuni|\
    barka da rana|na gode|nagode|sai an jima|kedu|ndewo|daalu|imela|i meela|ka o di|mba|habari|hujambo|jambo|mambo|shikamoo|asante|asante sana|ahsante|kwaheri|hapana|\
    مرحبا|اهلا|السلام عليكم|صباح الخير|مساء الخير|شكرا|شكرا جزيلا|مع السلامة|لا|لا شكرا";

/// What the customer said, for judging.
pub struct Consent {
    heard: Heard,
    /// The new words are nothing but greetings, thanks and a no.
    pleasantries: bool,
    /// Our words before, oldest first.
    ours: Vec<String>,
    /// The customer's words at any time, and places we know them by, folded.
    theirs: String,
}

impl Consent {
    /// From the new words, the talk before and the places that are saved.
    pub fn of(at: &crate::domain::house::briefing::Menu, new: &[String], history: &[Said], places: impl Iterator<Item = String>) -> Self {
        let mut ours = Vec::new();
        let mut theirs = fold(&new.join("\n"));
        for said in history {
            match said {
                Said::Steward { text } | Said::Person { text, .. } => ours.push(text.clone()),
                Said::Customer { text } => theirs.push_str(&format!("\n{}", fold(text))),
            }
        }
        places.for_each(|p| theirs.push_str(&format!("\n{}", fold(&p))));
        Self { heard: heard(new, at), pleasantries: new.iter().all(|t| is_pleasant(t)), ours, theirs }
    }

    /// The refusal of a call that nobody asked for.
    pub fn refusal(&self, at: &Counter, call: &ToolCall) -> Option<ToolResult> {
        let why = match call.name.as_str() {
            "place_order" => self.against_placing(at),
            "cancel_order" | "cancel_booking" => self.against_cancelling(),
            "make_booking" | "change_booking" | "join_waitlist" => self
                .against_unasked()
                .then_some("The customer has not asked for this. Ask them whether you shall, and do it when they say yes."),
            "report_payment" => self.against_unasked().then_some("The customer has not said that they paid. Do not report it."),
            "set_fulfilment" => call.arguments["address"].as_str().and_then(|a| self.against_address(a)),
            _ => None,
        }?;
        Some(told(Err(Refused { error: Error::conflict(why), detail: json!({}) }), call))
    }

    fn against_placing(&self, at: &Counter) -> Option<&'static str> {
        if at.draft.lines.is_empty() {
            return None;
        }
        let total = basket::total_minor(&at.draft, &at.profile).ok()?;
        let milli = total.saturating_mul(1000) / 10i64.pow(at.profile.currency.exponent());
        let shown = self.ours.iter().any(|t| numbers_in(t).contains(&milli));
        let named = at.draft.lines.iter().all(|l| self.heard.names.contains(&l.item_id)) && !self.heard.asks;
        // A clear yes to a question of ours counts also where the question did not repeat the sum.
        let yes = self.heard.agrees && self.ours.last().is_some_and(|t| t.contains(['?', '؟']));
        let agreed = if shown { !self.heard.wants_nothing } else { named || yes };
        (!agreed).then_some(
            "The customer has not agreed to this order. Show them the whole basket with its total and ask whether to place it; place it when they say yes.",
        )
    }

    fn against_cancelling(&self) -> Option<&'static str> {
        let asked = self.ours.last().is_some_and(|t| t.contains(['?', '؟']) && !heard_nothing_of_cancelling(t));
        let agreed = self.heard.cancels || asked && !self.heard.wants_nothing;
        (!agreed).then_some("The customer has not asked to cancel this. Ask them whether you shall, and do it when they say yes.")
    }

    /// Somebody who only greets or thanks, and answers no question of ours, wants nothing done. Any other words may be a wish, in any language.
    fn against_unasked(&self) -> bool {
        self.pleasantries && !self.ours.last().is_some_and(|t| t.contains(['?', '؟']))
    }

    /// Numbers of the address must all be the customer's, and most of its words.
    fn against_address(&self, address: &str) -> Option<&'static str> {
        let folded = fold(address);
        let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        let theirs: Vec<&str> = self.theirs.split(|c: char| !c.is_alphanumeric()).collect();
        let said = |w: &&&str| theirs.contains(*w);
        let numbers = words.iter().filter(|w| w.bytes().any(|b| b.is_ascii_digit())).all(|w| theirs.contains(w));
        let most = words.iter().filter(said).count() * 2 > words.len();
        let theirs = words.is_empty() || numbers && most;
        (!theirs).then_some("The customer did not write this address. Ask where to bring it, and use their own words.")
    }
}

/// Whether a text is made of nothing but pleasantries, the longest first.
fn is_pleasant(text: &str) -> bool {
    let folded = fold(text);
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let mut at = 0;
    while at < words.len() {
        let longest = (1..=4.min(words.len() - at)).rev().find(|n| {
            let phrase = words[at..at + n].join(" ");
            PLEASANTRIES.split('|').any(|p| p.trim_start() == phrase)
        });
        let Some(n) = longest else { return false };
        at += n;
    }
    // A picture or a sticker alone says something.
    !words.is_empty()
}

fn heard_nothing_of_cancelling(question: &str) -> bool {
    !heard(&[question.to_owned()], &crate::domain::house::briefing::Menu::default()).cancels
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::house::briefing::Menu;

    fn unasked(ours: &str, new: &[&str]) -> bool {
        let history = [Said::Steward { text: ours.to_owned() }];
        let new: Vec<String> = new.iter().map(|t| (*t).to_owned()).collect();
        Consent::of(&Menu::default(), &new, &history, std::iter::empty()).against_unasked()
    }

    #[test]
    fn who_only_greets_or_thanks_books_nothing() {
        for text in [
            "hi",
            "Hello, good evening!",
            "thanks",
            "Merci beaucoup !",
            "ẹ ṣé",
            "na gode",
            "daalụ",
            "asante sana",
            "شكرا",
            "No, thank you.",
            "obrigado, tchau",
        ] {
            assert!(unasked("Your table is booked.", &[text]), "{text}");
        }
        assert!(unasked("", &["hi", "good morning"]));
        assert!(!unasked("Shall I book it?", &["thanks"]), "it may answer our question");
    }

    #[test]
    fn whoever_says_anything_more_may_mean_it() {
        for text in [
            "a table for two tonight, thanks",
            "hello, table for 3 on Friday",
            "bonjour, une table pour deux",
            "ok",
            "8pm",
            "evening",
            "👍",
            "[image without words]",
            "nimelipa",
            "I don pay",
            "mo ti sanwó",
            "na biya",
            "akwụọla m ụgwọ",
            "ya pagué",
            "já paguei",
            "دفعت",
            "j'ai payé, merci",
        ] {
            assert!(!unasked("Your table is booked.", &[text]), "{text}");
        }
        assert!(!unasked("Hello!", &["thanks", "table for 4 tomorrow at 7"]));
    }
}

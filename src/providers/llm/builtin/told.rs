//! What was understood of a text, in words for the owner: "wants 2 Jollof rice; chooses pickup". The dashboard's French catalogue
//! (`templates/dashboard/fr/work.toml`) holds the same words.

use super::acts::Act;
use super::cues::Cue;
use super::plan::Planner;
use super::questions::Question;
use super::read::Wish;
use crate::domain::text::clip;

/// Words of a customer that are quoted are cut here, in characters.
const QUOTED: usize = 60;

impl Planner<'_> {
    /// What the customer does with this, in words for the owner. Empty where it is only a number beside something else.
    pub(super) fn words_of(&self, act: &Act) -> String {
        match act {
            Act::Add(w) => format!("wants {}", self.names(w)),
            Act::Drop(_) => "takes something away".into(),
            Act::Remove(w, _) if w.is_empty() => "takes something away".into(),
            Act::Remove(w, _) => format!("does without {}", self.names_alone(w)),
            Act::Modify(..) | Act::Of(..) | Act::All(_) | Act::Beside(..) | Act::Parts(_) | Act::Refuse(_) => "says how it shall be".into(),
            Act::Another(_) => "wants another one".into(),
            Act::Swap(both) | Act::Rather(both) => format!("rather wants {}", self.names(std::slice::from_ref(&both.1))),
            Act::Otherwise(w, _) => format!("wants {}", self.names(w)),
            Act::Cheaper(_) => "wants something".into(),
            Act::Unknown(s, _) => format!("names what is not sold: {}", clip(s, QUOTED)),
            Act::Ask(q) => format!("asks {}", about(q)),
            Act::Say(c) => said(*c).into(),
            Act::Address(_) => "gives an address".into(),
            Act::Name(_) => "gives a name".into(),
            Act::Category(c, _) => format!("names a category: {}", self.ix.categories[*c].0),
            Act::Number(n) | Act::OfIt(n) => format!("says the number {n}"),
            Act::Each(n) => format!("wants {n} of each"),
            Act::EachOwn(own) => format!("says the numbers {}", own.iter().map(i64::to_string).collect::<Vec<_>>().join(", ")),
            Act::More(super::same::AS_MANY) => "wants another one".into(),
            Act::More(n) => format!("wants {n} more"),
            Act::About(_) => String::new(),
            Act::Note(_) | Act::NoteOr(..) => "has a wish for the order".into(),
            Act::Keep(w) => format!("wants only {}", self.names_alone(w)),
            Act::Remind(w) => format!("reminds of {}", self.names_alone(w)),
        }
    }

    fn name<'w>(&'w self, w: &'w Wish) -> &'w str {
        w.items.first().map_or(w.said.as_str(), |i| &self.item(*i).name)
    }

    fn names(&self, wishes: &[Wish]) -> String {
        wishes.iter().map(|w| format!("{} {}", w.quantity.unwrap_or(1), self.name(w))).collect::<Vec<_>>().join(", ")
    }

    fn names_alone(&self, wishes: &[Wish]) -> String {
        wishes.iter().map(|w| self.name(w)).collect::<Vec<_>>().join(", ")
    }
}

/// What is asked, after "asks".
fn about(q: &Question) -> &'static str {
    match q {
        Question::Price(_) | Question::PriceOf(_) => "for the price",
        Question::Stock { .. } => "whether there is any",
        Question::Left => "how many are left",
        Question::Menu(_) => "what there is",
        Question::Contents(_) => "what it is",
        Question::Hours(_) => "for the opening hours",
        Question::HowLong | Question::Ready => "how long it takes",
        Question::Where => "where the shop is",
        Question::Deliver => "about delivery",
        Question::Pickup => "about pickup",
        Question::Discount => "for a discount",
        Question::Fee => "for the delivery fee",
        Question::Pay | Question::PayBy(_) => "how to pay",
        Question::Basket => "what is in the basket",
        Question::Bill => "for the bill",
        Question::Recommend => "what is good",
        Question::Cheapest(_) => "what is cheapest",
        Question::House => "about the house",
        Question::Inside(_) | Question::Diet(_) => "what is in it",
        Question::Quality => "how it is",
    }
}

/// What these words alone do.
fn said(cue: Cue) -> &'static str {
    match cue {
        Cue::Yes => "says yes",
        Cue::No => "says no",
        Cue::Want => "wants something",
        Cue::Remove => "takes something away",
        Cue::Change | Cue::Instead | Cue::Actually | Cue::Undo => "changes something",
        Cue::Place => "wants to order",
        Cue::Done => "wants nothing else",
        Cue::Cancel => "cancels",
        Cue::Status => "asks where the order is",
        Cue::Paid => "says it is paid",
        Cue::Person => "asks for a person",
        Cue::Anger => "is upset",
        Cue::Refund => "asks for money back",
        Cue::Greet => "greets",
        Cue::Thanks => "thanks",
        Cue::Bye => "says goodbye",
        Cue::Hours => "asks for the opening hours",
        Cue::Where => "asks where the shop is",
        Cue::Price => "asks for the price",
        Cue::Stock => "asks whether there is any",
        Cue::Menu => "asks what there is",
        Cue::DeliverQ => "asks about delivery",
        Cue::PickupQ => "asks about pickup",
        Cue::Discount => "asks for a discount",
        Cue::Fee => "asks for the delivery fee",
        Cue::PayQ => "asks how to pay",
        Cue::Pickup => "chooses pickup",
        Cue::Delivery => "chooses delivery",
        Cue::Address => "gives an address",
        Cue::Name => "gives a name",
        Cue::HowAreYou => "asks how we are",
        Cue::Bot => "asks who answers",
        Cue::Basket => "asks what is in the basket",
        Cue::Contents => "asks what it is",
        Cue::Clear => "empties the basket",
        Cue::More => "wants more",
        Cue::Again => "wants the same again",
        Cue::Inject => "tries to change the rules",
        Cue::Recommend => "asks what is good",
        Cue::Cheap => "asks what is cheapest",
        Cue::HowLong => "asks how long it takes",
        Cue::Bill => "asks for the bill",
    }
}

#[cfg(test)]
mod tests {
    /// Every phrase in this file stands in the French catalogue: what comes after "=>" and is no part of a sentence.
    #[test]
    fn what_is_told_is_told_in_french_too() {
        let french = include_str!("../../../../templates/dashboard/fr/work.toml");
        let (source, _) = include_str!("told.rs").split_once("#[cfg(test)]").unwrap();
        let (acts, rest) = source.split_once("/// What is asked").unwrap();
        let (questions, cues) = rest.split_once("/// What these words alone do").unwrap();
        let phrases = |text: &'static str| text.split("=> \"").skip(1).filter_map(|p| p.split_once('"')).map(|(p, _)| p.to_owned());
        let asked = phrases(questions).map(|p| format!("asks {p}"));
        let all: Vec<String> = phrases(acts).chain(asked).chain(phrases(cues)).collect();
        assert!(all.len() > 60, "{}", all.len());
        for phrase in all {
            assert!(french.contains(&format!("\n\"{phrase}\" = ")), "{phrase} is not in French");
        }
    }
}

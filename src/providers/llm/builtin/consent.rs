//! What a customer's words tell about an order or about calling one off, as far as the built-in model understands them: the judge of what
//! other models do in a customer's name.

use super::acts::{Act, acts};
use super::answers::hesitates;
use super::cues::Cue;
use super::index::Index;
use super::plan::spelt_out;
use super::scan::{Scan, What};
use crate::domain::house::briefing::Menu;
use crate::domain::id::Id;
use crate::domain::text::fold;

/// What was heard in some words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heard {
    /// A yes, or that the order is to be placed, and no doubt beside.
    pub agrees: bool,
    /// A no, thanks, a greeting or a question, and nothing that agrees or orders.
    pub wants_nothing: bool,
    /// Something is to be called off.
    pub cancels: bool,
    /// Something is asked.
    pub asks: bool,
    /// Things that are named; where one name may mean several, all of them.
    pub names: Vec<Id>,
}

/// Words that call something off, or give it up, in the languages customers write; folded.
const GIVES_UP: &str = "cancel|annul|anul|abort|call it off|call off|fagile|soke|kagbuo|ghairi|futa oda|don t want|dont want|do not want|no longer|not coming|\
    cant come|can t come|cannot come|cant make it|can t make it|cannot make it|wont come|won t come|changed my mind|never mind|nevermind|forget it|forget the|i no want|\
    no go fit come|ya no|no quiero|no puedo ir|plus besoin|ne viendr|ne veux plus|nao quero|nao posso ir|sitaki|sitakuja|bana so|ba na so|mi o fe|achoghi|\
    الغ|لا اريد|لن اتي|لن احضر|مش عايز|ما عاد";

/// Reads some words.
pub fn heard(texts: &[String], menu: &Menu) -> Heard {
    let ix = Index::new(menu);
    let mut out = Heard { wants_nothing: true, ..Heard::default() };
    for text in texts {
        one(&spelt_out(text), &ix, menu, &mut out);
    }
    out.wants_nothing &= !texts.is_empty();
    out
}

fn one(text: &str, ix: &Index, menu: &Menu, out: &mut Heard) {
    let scan = Scan::new(text, ix);
    let all = |c: Cue| scan.has(c, 0, scan.words.len());
    let named = scan.spans.iter().filter_map(|s| if let What::Items(of) = &s.what { Some(of) } else { None }).flatten();
    out.names.extend(named.filter_map(|i| menu.items.get(*i)).map(|i| i.id));
    let folded = fold(text).replace(['\'', '’'], " ");
    let gives_up = GIVES_UP.split('|').any(|w| folded.contains(w));
    out.cancels |= gives_up || all(Cue::Cancel);
    out.asks |= scan.asks();
    let says_yes = all(Cue::Yes) || all(Cue::Place) || all(Cue::Done);
    let agrees = says_yes && !all(Cue::No) && !gives_up && !hesitates(&scan);
    out.agrees |= agrees;
    // What is no turn of phrase we know may be anything, in any language.
    let polite = |c: Cue| {
        matches!(c, Cue::Greet | Cue::Thanks | Cue::Bye | Cue::HowAreYou | Cue::No | Cue::Bot | Cue::Hours | Cue::Where | Cue::Menu)
    };
    let known = acts(&scan, ix, text).iter().all(|a| match a {
        Act::Say(c) => polite(*c),
        Act::Ask(_) => true,
        _ => false,
    });
    let told = scan.words.iter().enumerate().all(|(i, _)| scan.is_told(i)) || scan.asks();
    let empty = scan.words.is_empty();
    out.wants_nothing &= empty
        || !agrees
            && known
            && (told || !scan.cues.is_empty())
            && !scan.cues.iter().any(|c| matches!(c.cue, Cue::Want | Cue::Place | Cue::Done));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Heard {
        heard(&[text.to_owned()], &Menu::default())
    }

    #[test]
    fn greetings_thanks_and_questions_order_nothing() {
        for text in ["hi", "hello", "thanks", "thank you", "good morning", "bonjour", "hola", "no", "what time do you open?", "bye", ""] {
            assert!(of(text).wants_nothing && !of(text).agrees && !of(text).cancels, "{text}: {:?}", of(text));
        }
        for text in ["yes", "ok go ahead", "place it", "sim", "oui", "thats all", "👍", "yes, thank you"] {
            assert!(of(text).agrees && !of(text).wants_nothing, "{text}: {:?}", of(text));
        }
        for text in ["cancel it", "I don't want it again", "annulez ma commande", "ya no lo quiero", "fagile", "batalkan? no: cancel"] {
            assert!(of(text).cancels, "{text}: {:?}", of(text));
        }
        assert!(!of("xyzzy plugh").wants_nothing, "what is not understood may be a yes");
    }
}

//! Answers that may be given again, and when a question is the same as one that was asked before: its numbers, its
//! negations and everything it names must agree, whatever the words around them.

use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::domain::text::fold;
use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// An answer kept for the next who asks the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavedAnswer {
    /// Its id.
    pub id: Id,
    /// Whose words it is, by name; empty for the business's own.
    pub assistant: String,
    /// The language of the question.
    pub language: Lang,
    /// The question as it was asked first.
    pub question: String,
    /// The answer.
    pub answer: String,
    /// Where it stands: "House rules, page 2".
    pub source: String,
    /// Versions of documents, catalogue and settings it was made from.
    pub stamp: String,
    /// How often it was given again.
    pub hits: i64,
    /// Since when.
    pub created_at: Time,
    /// When it was given last.
    pub used_at: Option<Time>,
}

/// Characters of a question that is kept.
pub const QUESTION_CHARS: usize = 200;

/// Words that carry nothing of the question.
const EMPTY: &str = "a an the is are was were be been do does did doing done have has had having can could will would shall should may might must i me my mine we us \
    our you your yours u una ur it its they them their he she his her this that these those there here and or of for on at by as so if please pls plz kindly abeg \
    biko jowo ejoo don allah hi hello hey good morning afternoon evening day dear sir madam ma thanks thank thx ok okay well just also too very really quite \
    tell know want wanna like ask wonder wondering wondered question need let give get got find out about any some one ones information info details detail \
    exactly actually anyway again guys folks people guest guests customer customers hotel place property business shop store restaurant available \
    serve served serves serving offer offered offers provide provided provides possible im id ive whats thats theres isnt arent na dey fit go wan wetin e o ni se \
    which what how who whom whose am say see look quick quickly";

/// Words that say the same, first the one that stands for all.
const SAME: &[&str] = &[
    "time when hour hours oclock clock",
    "end until till close closes closed closing finish finishes finished stop stops stopped latest ends late",
    "start starts begin begins open opens opened opening earliest early started",
    "cost price prices costs much charge charges charged fee fees rate rates pay payable",
    "wifi wireless internet",
    "parking park parked",
    "child children kid kids",
    "baby babies infant infants toddler toddlers",
    "allow allowed allows permit permitted permits welcome accept accepted accepts bring take okayed",
    "include included includes including inclusive comes",
    "where address located location situated",
    "pool swimming swim",
    "gym fitness",
    "book booking bookings reserve reservation reservations reserved",
    "breakfast breakfasts",
    "lunch lunches",
    "dinner dinners supper",
    "dog dogs",
    "cat cats",
    "pet pets animal animals",
    "room rooms",
    "towel towels",
    "laundry washing",
    "cancel cancellation cancelled cancelling canceling cancels",
    "refund refunds refunded refundable",
    "return returns returned returning",
    "deliver delivery delivers delivered delivering ship shipping shipped",
    "smoke smoking smoked",
    "airport airports",
    "card cards",
    "cash naira",
    "vegetarian vegetarians veggie",
    "vegan vegans",
    "halal",
    "deposit deposits",
    "warranty guarantee guaranteed warranties",
    "repair repairs repaired fix fixed",
    "minimum min least",
    "maximum max most",
    "long duration",
    "pickup collect collection",
    "policy policies rule rules",
];

/// Words that turn a question round.
const NOT: &str = "not no none never nor without cannot cant dont doesnt didnt isnt arent wasnt werent wont wouldnt shouldnt couldnt havent hasnt non except unless excluding exclude excluded excludes";
/// Words whose next word belongs to them: "from Lagos" is not "to Lagos".
const TIED: &[&str] = &[
    "from", "to", "before", "after", "under", "over", "above", "below", "with", "between", "in", "out", "off", "up", "down", "per",
    "during", "into", "since", "than",
];
/// Words that tell of a moment or of somebody: what they ask for is never kept.
const OF_NOW: &str = "today tonight now tomorrow yesterday currently presently monday tuesday wednesday thursday friday saturday sunday weekend left remaining stock \
    vacancy vacancies yau gobe loni ola taa echi january february march april june july august september october november december week soon \
    available availability";
/// Words that make a question the asker's own.
const OWN: &str = "my mine our ours me us i im ive id ill we were";
/// What can be one's own without the answer being about the asker.
const COMMON: &str = "dog cat pet car child children kid kids baby luggage bag bags family wife husband friend friends shoes phone laptop breakfast food guests";

fn among(list: &str, w: &str) -> bool {
    list.split_whitespace().any(|x| x == w)
}

/// The words of a text, folded, apostrophes taken out ("what's" is "whats"), joined pairs split and "check in" made one.
fn tokens(text: &str) -> Vec<String> {
    let folded = fold(text).replace(['\'', '’'], "").replace("wi-fi", "wifi").replace("wi fi", "wifi");
    let raw: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let mut out: Vec<String> = Vec::with_capacity(raw.len());
    let mut i = 0;
    while i < raw.len() {
        let joined = match (raw[i], raw.get(i + 1).copied()) {
            ("check" | "checking", Some("in")) => Some("checkin"),
            ("check" | "checking", Some("out")) => Some("checkout"),
            ("pick" | "picking", Some("up")) => Some("pickup"),
            ("take" | "takes", Some("away")) => Some("takeaway"),
            ("can", Some("not")) => Some("cannot"),
            ("sold", Some("out")) => Some("soldout"),
            ("drop", Some("off")) => Some("dropoff"),
            _ => None,
        };
        out.push(joined.map_or_else(|| raw[i].to_owned(), str::to_owned));
        i += if joined.is_some() { 2 } else { 1 };
    }
    out
}

/// A question written the same but for case, marks, signs and politeness at its ends.
pub fn normal(text: &str) -> String {
    const POLITE: &str = "please pls plz kindly hi hello hey thanks thank thx abeg biko jowo ejoo sir madam ma";
    tokens(text).into_iter().filter(|w| !among(POLITE, w)).collect::<Vec<_>>().join(" ")
}

/// What a question asks, as its sorted meanings: two questions with the same are the same. Empty when nothing is left.
pub fn meaning(text: &str) -> String {
    let words = tokens(text);
    let mut out: Vec<String> = Vec::new();
    let mut negations = 0;
    let mut i = 0;
    while i < words.len() {
        let w = words[i].as_str();
        if among(NOT, w) {
            negations += 1;
        } else if TIED.contains(&w) {
            // The next word that says something belongs to it: "from the airport".
            let next = words[i + 1..].iter().position(|n| !among(EMPTY, n) && !among(NOT, n)).map(|k| i + 1 + k);
            match next {
                Some(n) if !TIED.contains(&words[n].as_str()) => {
                    let word = concept(&words[n]);
                    // "in the room" and "with breakfast" say where or what, not a direction: the thing itself is enough.
                    out.push(if matches!(w, "in" | "with" | "during" | "into") { word } else { format!("{w}_{word}") });
                    i = n;
                }
                _ => {}
            }
        } else if !among(EMPTY, w) {
            out.push(concept(w));
        } else if w == "how" && words.get(i + 1).is_some_and(|n| matches!(n.as_str(), "far" | "long" | "many" | "old" | "big" | "often")) {
            out.push(format!("how_{}", words[i + 1]));
            i += 1;
        } else if w == "who" {
            out.push("who".into());
        }
        i += 1;
    }
    if negations % 2 == 1 {
        out.push("!not".into());
    }
    out.sort();
    out.dedup();
    if out.iter().all(|w| w.starts_with('!')) { String::new() } else { out.join(" ") }
}

/// The word that stands for all that say the same.
fn concept(w: &str) -> String {
    let hit = SAME.iter().find(|line| line.split(' ').any(|x| x == w)).and_then(|line| line.split(' ').next());
    if let Some(of) = hit {
        return of.to_owned();
    }
    let plural = w.strip_suffix('s').filter(|s| s.len() > 3 && !s.ends_with('s') && !w.bytes().any(|b| b.is_ascii_digit()));
    plural.unwrap_or(w).to_owned()
}

/// Whether two questions ask the same though one is misspelt: as many meanings, each the same or one wrong letter away,
/// numbers, negations and ties exactly.
pub fn agrees(a: &str, b: &str) -> bool {
    let (a, b) = (meaning(a), meaning(b));
    let (a, b): (Vec<&str>, Vec<&str>) = (a.split(' ').collect(), b.split(' ').collect());
    if a.is_empty() || a.len() != b.len() {
        return false;
    }
    let strict = |w: &str| w.contains(['_', '!']) || w.bytes().any(|c| c.is_ascii_digit()) || w.chars().count() < 6;
    let near = |x: &str, y: &str| {
        x == y || !strict(x) && !strict(y) && strsim::osa_distance(x, y) <= 1 && x.as_bytes().first() == y.as_bytes().first()
    };
    let mut free: Vec<&str> = b;
    a.iter().all(|x| match free.iter().position(|y| near(x, y)) {
        Some(i) => {
            free.swap_remove(i);
            true
        }
        None => false,
    })
}

/// Whether a question may be answered from what was said before: it asks nothing of one customer and nothing of this
/// moment.
pub fn may_keep(question: &str) -> bool {
    let words = tokens(question);
    let long = question.chars().count() > QUESTION_CHARS;
    let of_now = words.iter().any(|w| among(OF_NOW, w));
    let own = words.iter().enumerate().any(|(i, w)| {
        let thing = words.get(i + 1).is_some_and(|n| among(COMMON, n));
        matches!(w.as_str(), "my" | "our" | "mine" | "ours") && among(OWN, w) && !thing
    });
    let order = words.iter().any(|w| matches!(w.as_str(), "order" | "ordered" | "payment" | "paid" | "receipt" | "basket"));
    let numbered = order && words.iter().any(|w| w.bytes().any(|b| b.is_ascii_digit()));
    !(long || of_now || own || numbered || meaning(question).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_around_it_do_not_matter() {
        for (a, b) in [
            ("Do you have wifi?", "hello, is there Wi-Fi please"),
            ("What time is breakfast?", "When is breakfast served?"),
            ("Are dogs allowed?", "can I bring my dog?"),
            ("What time is check-in?", "when can I check in"),
        ] {
            assert_eq!(meaning(a), meaning(b), "{a} / {b}");
        }
        assert_eq!(normal("Hi! Is there WiFi, please?"), normal("is there wifi"));
    }

    #[test]
    fn what_turns_it_round_matters() {
        for (a, b) in [
            ("Is breakfast included?", "Is breakfast not included?"),
            ("What time is check-in?", "What time is check-out?"),
            ("When does breakfast start?", "When does breakfast end?"),
            ("Are dogs allowed?", "Are cats allowed?"),
            ("How far is it from the airport?", "How far is it to the airport?"),
            ("Is there a pool?", "Is there a gym?"),
            ("How much is delivery above 5000?", "How much is delivery above 50000?"),
            ("Can I pay with cash?", "Can I pay by card?"),
            ("Do children pay?", "Do children stay free of charge?"),
            ("Is there parking?", "Is parking covered?"),
            ("Can I cancel before 24 hours?", "Can I cancel after 24 hours?"),
        ] {
            assert_ne!(meaning(a), meaning(b), "{a} / {b}");
            assert!(!agrees(a, b), "{a} / {b}");
        }
        assert!(agrees("is there an elevater", "is there an elevator"), "one wrong letter");
    }

    #[test]
    fn what_is_personal_or_of_this_moment_is_not_kept() {
        for no in [
            "Where is my order?",
            "is my booking confirmed",
            "are you open today?",
            "do you have a room on Friday?",
            "how many are left?",
            "please",
            "",
        ] {
            assert!(!may_keep(no), "{no}");
        }
        for yes in ["Can I bring my dog?", "what time is breakfast", "Do you have parking?", "how much is the airport transfer"] {
            assert!(may_keep(yes), "{yes}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics_and_is_its_own_meaning(a in ".*", b in "[a-z ]{0,40}") {
            let _ = (meaning(&a), normal(&a), agrees(&a, &b), may_keep(&a));
            proptest::prop_assert_eq!(meaning(&b), meaning(&b.to_uppercase()));
        }
    }
}

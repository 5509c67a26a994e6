//! What a customer told about themselves, kept for later turns: never an instruction, always with its source.

use crate::domain::id::Id;
use crate::domain::text::fold;
use crate::domain::time::{DAY_MS, Time};
use serde::{Deserialize, Serialize};

/// What a fact is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// What they cannot have: "peanuts".
    Allergy,
    /// How they eat: "vegan", "does not eat pork".
    Diet,
    /// How they like things: "spicy".
    Preference,
    /// Where they are.
    Address,
    /// Who comes along: "4 people", "a dog".
    Household,
    /// What they can spend, for leads.
    Budget,
    /// Where they look, for leads.
    Area,
    /// What they look for, for leads.
    Need,
    /// A day that matters: a birthday.
    Occasion,
    /// Anything else they asked us to remember.
    Other,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Allergy,
        Self::Diet,
        Self::Preference,
        Self::Address,
        Self::Household,
        Self::Budget,
        Self::Area,
        Self::Need,
        Self::Occasion,
        Self::Other,
    ];
    /// The word in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allergy => "allergy",
            Self::Diet => "diet",
            Self::Preference => "preference",
            Self::Address => "address",
            Self::Household => "household",
            Self::Budget => "budget",
            Self::Area => "area",
            Self::Need => "need",
            Self::Occasion => "occasion",
            Self::Other => "other",
        }
    }
    /// From the word in the database.
    pub fn from_word(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == s)
    }
    /// Its name for the owner.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Allergy => "Allergy",
            Self::Diet => "Diet",
            Self::Preference => "Likes",
            Self::Address => "Address",
            Self::Household => "Comes with",
            Self::Budget => "Budget",
            Self::Area => "Area",
            Self::Need => "Looks for",
            Self::Occasion => "Occasion",
            Self::Other => "Told us",
        }
    }
    /// Days after which a fact is no longer trusted; none for what does not pass.
    pub const fn days(self) -> Option<i64> {
        match self {
            Self::Allergy | Self::Diet | Self::Occasion | Self::Address => None,
            Self::Preference | Self::Other => Some(365),
            Self::Household => Some(60),
            Self::Budget | Self::Area | Self::Need => Some(90),
        }
    }
    /// Whether a newer fact of this kind takes the place of the older one.
    const fn is_single(self) -> bool {
        matches!(self, Self::Budget | Self::Area | Self::Need)
    }
}

/// A fact somebody proposes to keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    /// What it is about.
    pub kind: Kind,
    /// A label within the kind: "office" for an address; may be empty.
    #[serde(default)]
    pub label: String,
    /// The value in the customer's words: "peanuts", "12 Marina".
    pub detail: String,
    /// The customer's words it was read from, as they stand in the message.
    pub quote: String,
}

/// Characters of a value at most.
pub const DETAIL_CHARS: usize = 200;

impl Proposal {
    /// What may be known only once: a newer fact of the same slot replaces the older.
    pub fn slot(&self) -> String {
        let word = self.kind.as_str();
        match self.kind {
            k if k.is_single() => word.to_owned(),
            Kind::Address | Kind::Occasion => format!("{word}:{}", fold(self.label.trim())),
            Kind::Household if self.detail.starts_with(|c: char| c.is_ascii_digit()) => format!("{word}:people"),
            _ => format!("{word}:{}", fold(self.detail.trim())),
        }
    }
    /// The fact as the owner reads it: "office: 12 Marina".
    pub fn text(&self) -> String {
        let (label, detail) = (self.label.trim(), self.detail.trim());
        if label.is_empty() { detail.to_owned() } else { format!("{label}: {detail}") }
    }
    /// When it ends when it is learnt now.
    pub fn expires(&self, now: Time) -> Option<Time> {
        self.kind.days().map(|d| now.plus_ms(d * DAY_MS))
    }
    /// Looks like a card or account number, or a password: never kept.
    pub fn is_secret(&self) -> bool {
        let digits = self.detail.chars().filter(char::is_ascii_digit).count();
        let words = fold(&self.detail);
        digits >= 12 || ["password", "pin is", "cvv", "otp"].iter().any(|w| words.contains(w))
    }
}

/// A fact that is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// Its id.
    pub id: Id,
    /// What it is about.
    pub kind: Kind,
    /// The fact as people read it.
    pub text: String,
    /// The value in the customer's words.
    pub detail: String,
    /// The customer's message it was read from; none for what a member wrote down.
    pub message_id: Option<Id>,
    /// Who read it: "built-in", a model, or a member's name.
    pub source: String,
    /// How sure, in percent.
    pub confidence: u8,
    /// Since when.
    pub created_at: Time,
    /// Until when; none for as long as it is not forgotten.
    pub expires_at: Option<Time>,
}

/// Things that mean one another for somebody who cannot have them: what was said, and words that mean it on a menu.
const FAMILIES: &[(&[&str], &[&str])] = &[
    (&["peanut", "groundnut"], &["peanut", "groundnut"]),
    (&["nut", "nuts"], &["peanut", "groundnut", "almond", "cashew", "walnut", "hazelnut", "pistachio", "pecan", "nut", "nuts"]),
    (&["shellfish", "seafood"], &["shrimp", "prawn", "crab", "lobster", "crayfish", "shellfish", "oyster", "periwinkle", "seafood"]),
    (&["fish"], &["fish", "tuna", "salmon", "mackerel", "titus", "stockfish", "catfish", "tilapia", "sardine"]),
    (&["dairy", "milk", "lactose"], &["milk", "cheese", "butter", "cream", "yoghurt", "yogurt", "dairy"]),
    (&["gluten", "wheat"], &["gluten", "wheat", "bread", "flour", "pasta", "spaghetti", "noodle", "toast", "cake", "pie"]),
    (&["egg"], &["egg", "mayonnaise", "omelette"]),
    (&["soy", "soya"], &["soy", "soya", "tofu"]),
    (&["pork"], &["pork", "bacon", "ham"]),
];

/// The word of a text that somebody who named `detail` should know of: "groundnut" for "peanuts". What a text says is not in a
/// thing ("no milk", "nut-free") is nothing to be warned of. Both are folded here.
pub fn mentions(detail: &str, text: &str) -> Option<String> {
    named(detail, text, Some(false))
}

/// The same word, whether the text says that it is in the thing or that it is not.
pub fn speaks_of(detail: &str, text: &str) -> Option<String> {
    named(detail, text, None)
}

/// The same word, where the text says that it is not in the thing.
pub fn leaves_out(detail: &str, text: &str) -> Option<String> {
    named(detail, text, Some(true))
}

fn named(detail: &str, text: &str, lacking: Option<bool>) -> Option<String> {
    let (detail, text) = (fold(detail), fold(text));
    let said: Vec<&str> = detail.split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() > 2).collect();
    let same = |w: &str, of: &str| {
        w == of || w.strip_suffix('s') == Some(of) || of.strip_suffix('s') == Some(w) || w.strip_suffix("es") == Some(of)
    };
    let plain = said.iter().copied().filter(|w| !matches!(*w, "and" | "the" | "any" | "all" | "with" | "some"));
    let family =
        FAMILIES.iter().filter(|(names, _)| said.iter().any(|w| names.iter().any(|n| same(w, n)))).flat_map(|(_, l)| l.iter().copied());
    let wanted: Vec<&str> = plain.chain(family).collect();
    parts(&text).into_iter().find_map(|words| {
        let at = |k: &usize| wanted.iter().any(|x| same(words[*k], x)) && lacking.is_none_or(|l| lacks(&words, *k) == l);
        (0..words.len()).find(at).map(|k| words[k].to_owned())
    })
}

/// The words between two commas or stops: "no" reaches no farther.
fn parts(text: &str) -> Vec<Vec<&str>> {
    let words = |p: &'_ str| -> Vec<(usize, usize)> {
        let mut out = Vec::new();
        let mut from = None;
        for (i, c) in p.char_indices().chain([(p.len(), ' ')]) {
            match (c.is_alphanumeric() || c == '\'', from) {
                (true, None) => from = Some(i),
                (false, Some(f)) => {
                    out.push((f, i));
                    from = None;
                }
                _ => {}
            }
        }
        out
    };
    text.split([',', '.', ';', ':', '!', '?', '\n', '(', ')'])
        .map(|p| words(p).into_iter().map(|(f, t)| p[f..t].trim_matches('\'')).collect::<Vec<_>>())
        .filter(|w| !w.is_empty())
        .collect()
}

/// Whether the words say that the one at `k` is not in the thing: "no milk", "without added milk", "no milk or eggs", "milk-free",
/// "free of milk", "does not contain milk". In doubt it is in it.
fn lacks(words: &[&str], k: usize) -> bool {
    let word = |i: usize| words.get(i).copied().unwrap_or("");
    let no = |w: &str| {
        matches!(w, "no" | "without" | "zero" | "non" | "never" | "cannot" | "sans" | "sin" | "sem") || w == "not" || w.ends_with("n't")
    };
    if word(k + 1) == "free" {
        return k == 0 || !no(word(k - 1)) || word(k - 1) == "non";
    }
    // "without milk and eggs", "free of milk and eggs" go on; "no sugar and milk" may add the milk.
    let mut i = k;
    while i > 0 && k - i < 6 {
        i -= 1;
        let w = word(i);
        if w == "no" && word(i + 1) == "longer" {
            return false;
        }
        let all_of_it = matches!(w, "without") || matches!(w, "of" | "from") && i > 0 && word(i - 1) == "free";
        let joined = words[i + 1..k].contains(&"and");
        if all_of_it {
            return i < 2 || !no(word(i - 2));
        }
        if matches!(w, "but" | "with" | "except" | "only") {
            return false;
        }
        if no(w) {
            // "does not contain any milk", and not "not too much milk".
            let denies = matches!(w, "no" | "non" | "zero" | "sans" | "sin" | "sem");
            let holds =
                |b: &&str| matches!(*b, "contain" | "contains" | "have" | "include" | "use" | "any" | "or" | "nor") || words[k - 1] == "or";
            return !joined && (denies || words[i + 1..k].iter().all(holds));
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposal(kind: Kind, label: &str, detail: &str) -> Proposal {
        Proposal { kind, label: label.into(), detail: detail.into(), quote: String::new() }
    }

    #[test]
    fn one_slot_holds_one_fact() {
        assert_eq!(proposal(Kind::Budget, "", "5m").slot(), proposal(Kind::Budget, "", "8 million").slot());
        assert_ne!(proposal(Kind::Allergy, "", "peanuts").slot(), proposal(Kind::Allergy, "", "eggs").slot());
        assert_ne!(proposal(Kind::Address, "office", "1 A St").slot(), proposal(Kind::Address, "", "1 A St").slot());
        assert_eq!(proposal(Kind::Household, "", "4 people").slot(), proposal(Kind::Household, "", "5 people").slot());
        assert_eq!(proposal(Kind::Address, "office", "12 Marina").text(), "office: 12 Marina");
    }

    #[test]
    fn card_numbers_are_not_memories() {
        assert!(proposal(Kind::Other, "", "my card 4111 1111 1111 1111").is_secret());
        assert!(!proposal(Kind::Address, "", "12 Marina, flat 3").is_secret());
    }

    #[test]
    fn a_menu_may_name_it_otherwise() {
        assert_eq!(mentions("peanuts", "Chicken with groundnut sauce").as_deref(), Some("groundnut"));
        assert_eq!(mentions("nuts", "Almond croissant").as_deref(), Some("almond"));
        assert_eq!(mentions("milk", "Tea, no sugar"), None);
        assert_eq!(mentions("egg", "Eggs, toast, fruit").as_deref(), Some("eggs"));
        assert_eq!(mentions("coconut", "Doughnut"), None, "a word inside another is not it");
    }

    #[test]
    fn what_is_not_in_it_is_nothing_to_be_warned_of() {
        for free in [
            "Flour, water, salt. No milk, no eggs.",
            "Made without milk",
            "Without eggs and milk",
            "milk-free",
            "Dairy free",
            "free of eggs and milk",
            "No eggs or milk",
            "non-dairy",
            "Does not contain milk",
            "Doesn't contain any milk",
        ] {
            assert_eq!(mentions("milk", free), None, "{free}");
            assert!(leaves_out("milk", free).is_some() && speaks_of("milk", free).is_some(), "{free}");
        }
        for with in [
            "Not milk-free",
            "Milk, no eggs",
            "No eggs, with milk",
            "No sugar and milk",
            "no longer without milk",
            "No eggs but milk",
            "Not free of milk",
        ] {
            assert!(mentions("milk", with).is_some(), "{with}");
            assert_eq!(leaves_out("milk", with), None, "{with}");
        }
    }
}

//! Whom the business buys from.

use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::domain::phone::Phone;
use crate::domain::text::fold;
use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// Where a vendor comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Written down by a person.
    Book,
    /// Brought in from a file.
    Import,
    /// Found on the web.
    Web,
}

impl Source {
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Book => "book",
            Self::Import => "import",
            Self::Web => "web",
        }
    }
    /// From the word in the database.
    pub fn from_word(s: &str) -> Option<Self> {
        [Self::Book, Self::Import, Self::Web].into_iter().find(|x| x.as_str() == s)
    }
}

/// How a vendor wants to be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// On WhatsApp where it has a number, else by e-mail, else by hand.
    #[default]
    Any,
    /// By e-mail.
    Email,
    /// By text messages.
    Sms,
    /// By telephone: Steward calls.
    Call,
    /// By a person of ours, whatever else would do.
    Hand,
}

impl Reach {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Any, Self::Email, Self::Sms, Self::Call, Self::Hand];
    /// The word in the API and in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Call => "call",
            Self::Hand => "hand",
        }
    }
    /// From that word.
    pub fn from_word(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|x| x.as_str() == s)
    }
    /// Its name for the owner.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Any => "WhatsApp, else e-mail",
            Self::Email => "E-mail",
            Self::Sms => "Text messages",
            Self::Call => "Steward phones them",
            Self::Hand => "I talk to them myself",
        }
    }
}

/// An account at a bank of the United States, for ACH.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bank {
    /// Nine digits; the last one is a check digit.
    pub routing: String,
    /// Up to 17 characters.
    pub account: String,
    /// A savings account (else checking).
    #[serde(default)]
    pub savings: bool,
    /// Whose it is, as the bank knows them.
    pub holder: String,
}

/// Somebody who sells to us.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Vendor {
    /// Its id.
    pub id: Id,
    /// The name.
    pub name: String,
    /// The number it is reached at.
    pub phone: Option<Phone>,
    /// How it is reached there.
    #[serde(default)]
    pub reach: Reach,
    /// The address it is reached at.
    pub email: String,
    /// What it sells.
    pub products: Vec<String>,
    /// The language we write in.
    pub language: Lang,
    /// How good what it brings is, of 100; none before the first delivery or word of the owner.
    pub quality: Option<i64>,
    /// How often it brings all of it in time, of 100.
    pub reliability: Option<i64>,
    /// "organic", "NAFDAC".
    pub certifications: Vec<String>,
    /// How far away it is.
    pub distance_km: Option<i64>,
    /// Where to send money.
    pub bank: Option<Bank>,
    /// Its own account at Stripe that is connected to ours, `acct_…`; empty for none.
    #[serde(default)]
    pub stripe: String,
    /// Never to be written to or called.
    pub do_not_contact: bool,
    /// Where it comes from.
    pub source: Source,
    /// The page or file it was found in.
    pub provenance: String,
    /// What the owner noted.
    pub note: String,
    /// When it was written down.
    pub created_at: Time,
}

/// Numbers that save lives and are never called by a machine, of any country; short numbers are refused anyway.
const EMERGENCY: &[&str] = &[
    "000", "08", "100", "101", "102", "103", "108", "110", "111", "112", "113", "115", "117", "118", "119", "120", "122", "123", "190",
    "191", "192", "193", "194", "199", "767", "911", "991", "992", "993", "994", "995", "997", "998", "999",
];

/// Reads the number of a vendor. What saves lives or costs extra is refused with a sentence that says so.
pub fn phone(text: &str, country: &str) -> Result<Option<Phone>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if EMERGENCY.contains(&digits.as_str()) {
        return Err(Error::field("phone", format!("{digits} is an emergency number. Write the vendor's own number.")));
    }
    let Some(phone) = Phone::parse(text, country) else {
        return Err(Error::field(
            "phone",
            format!("\"{}\" is no number that can be reached. Write it like +234 803 123 4567.", crate::domain::text::clip(text, 30)),
        ));
    };
    if phone.costs_extra() {
        return Err(Error::field("phone", "That is a premium number: calling it costs extra. Write the vendor's ordinary number."));
    }
    Ok(Some(phone))
}

/// The longest name.
const NAME_CHARS: usize = 120;
/// Products of one vendor.
const PRODUCTS: usize = 200;

impl Vendor {
    /// A vendor with nothing but a name.
    pub fn new(id: Id, name: &str, now: Time) -> Self {
        Self {
            id,
            name: name.trim().to_owned(),
            phone: None,
            reach: Reach::Any,
            email: String::new(),
            products: Vec::new(),
            language: Lang::En,
            quality: None,
            reliability: None,
            certifications: Vec::new(),
            distance_km: None,
            bank: None,
            stripe: String::new(),
            do_not_contact: false,
            source: Source::Book,
            provenance: String::new(),
            note: String::new(),
            created_at: now,
        }
    }
    /// An error unless it can be kept.
    pub fn check(&self) -> Result<()> {
        if self.name.trim().is_empty() || self.name.chars().count() > NAME_CHARS {
            return Err(Error::field("name", format!("A vendor has a name of 1 to {NAME_CHARS} characters.")));
        }
        if self.products.len() > PRODUCTS {
            return Err(Error::field("products", format!("A vendor has at most {PRODUCTS} products.")));
        }
        let of_hundred = |v: Option<i64>| v.is_none_or(|n| (0..=100).contains(&n));
        if !of_hundred(self.quality) {
            return Err(Error::field("quality", "Quality is a number from 0 to 100."));
        }
        if !of_hundred(self.reliability) {
            return Err(Error::field("reliability", "Reliability is a number from 0 to 100."));
        }
        if self.distance_km.is_some_and(|d| !(0..=20_100).contains(&d)) {
            return Err(Error::field("distance_km", "A distance is 0 to 20,100 kilometres."));
        }
        if !self.email.is_empty() && !self.email.contains('@') {
            return Err(Error::field("email", "That is no e-mail address."));
        }
        if !self.stripe.is_empty() && !is_stripe_account(&self.stripe) {
            return Err(Error::field(
                "stripe_account",
                "A Stripe account looks like acct_1A2b3C4d5E6f7G8h. Copy it from your Stripe dashboard, Connect.",
            ));
        }
        self.bank.as_ref().map_or(Ok(()), super::ach::check_bank)
    }
    /// Whether it sells something of that name: their last words are the same in either number, or one holds the other.
    pub fn sells(&self, name: &str) -> bool {
        let wanted = stems(name);
        self.products.iter().any(|p| {
            let has = stems(p);
            !has.is_empty() && (has.last() == wanted.last() || wanted.iter().all(|w| has.contains(w)))
        })
    }
    /// What it is found by.
    pub fn searched_text(&self) -> String {
        format!("{}\n{}. {}. {}", self.name, self.products.join(", "), self.certifications.join(", "), self.note)
    }
}

/// Whether it has the shape of an account at Stripe.
fn is_stripe_account(text: &str) -> bool {
    let id = text.strip_prefix("acct_").unwrap_or("");
    (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn stems(text: &str) -> Vec<String> {
    let singular = |w: &str| {
        let cut = w
            .strip_suffix("oes")
            .map(|s| format!("{s}o"))
            .or_else(|| w.strip_suffix('s').filter(|s| s.len() > 2 && !s.ends_with('s')).map(str::to_owned));
        cut.unwrap_or_else(|| w.to_owned())
    };
    crate::domain::words::words(&fold(text)).iter().filter(|w| !crate::domain::words::is_small(w)).map(|w| singular(w)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_must_not_be_called_are_refused() {
        for text in ["112", "911", "199"] {
            assert!(phone(text, "NG").unwrap_err().message.contains("emergency"), "{text}");
        }
        assert!(phone("+44 909 879 0123", "GB").unwrap_err().message.contains("premium"));
        assert!(phone("+1 900 234 5678", "US").unwrap_err().message.contains("premium"));
        assert!(phone("12", "NG").unwrap_err().message.contains("no number"));
        assert_eq!(phone("0803 123 4567", "NG").unwrap().unwrap().e164(), "+2348031234567");
        assert_eq!(phone(" ", "NG").unwrap(), None);
    }

    #[test]
    fn what_a_vendor_sells_is_told_by_words() {
        let mut v = Vendor::new(Id::NIL, "Adeyemi Farms", Time::from_millis(0));
        v.products = vec!["Fresh eggs".into(), "tomatoes".into()];
        assert!(v.sells("eggs") && v.sells("egg") && v.sells("brown eggs") && v.sells("tomato"));
        assert!(!v.sells("flour"));
        v.quality = Some(101);
        assert!(v.check().is_err());
        v.quality = None;
        for (text, fine) in
            [("", true), ("acct_1A2b3C4d5E6f7G8h", true), ("acct_", false), ("1A2b3C4d5E6f7G8h", false), ("acct_1A2b3C4d&x=1", false)]
        {
            v.stripe = text.into();
            assert_eq!(v.check().is_ok(), fine, "{text}");
        }
    }
}

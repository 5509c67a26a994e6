//! Who answers customers: several for a business, each with its name, tone, hours, channels and desks.

use crate::domain::error::{Error, Result};
use crate::domain::house::conversation::Channel;
use crate::domain::house::hours::Hours;
use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// How it sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// As a good shopkeeper writes.
    #[default]
    Warm,
    /// Polite and reserved.
    Formal,
    /// As few words as possible.
    Brief,
}

impl Tone {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Warm, Self::Formal, Self::Brief];
    /// The word in the database and in phrase keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Warm => "warm",
            Self::Formal => "formal",
            Self::Brief => "brief",
        }
    }
    /// From the word in the database.
    pub fn from_word(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.as_str() == s)
    }
    /// For the owner.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Warm => "Warm, as a good shopkeeper writes",
            Self::Formal => "Formal and polite",
            Self::Brief => "Brief, few words",
        }
    }
    /// For a language model.
    pub const fn manner(self) -> &'static str {
        match self {
            Self::Warm => "warm, plain and short, as a good shopkeeper writes",
            Self::Formal => "formal, courteous and reserved, without first names, jokes or emoji",
            Self::Brief => "as brief as possible: only what was asked, no pleasantries",
        }
    }
}

/// Work it may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Desk {
    /// Takes orders.
    Orders,
    /// Answers from the documents.
    Answers,
    /// Takes bookings.
    Bookings,
}

impl Desk {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Orders, Self::Answers, Self::Bookings];
    /// The word in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Answers => "answers",
            Self::Bookings => "bookings",
        }
    }
    /// For the owner.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Orders => "Takes orders",
            Self::Answers => "Answers from your documents",
            Self::Bookings => "Takes bookings",
        }
    }
    /// The desk a tool belongs to; none for those everybody has.
    pub fn of_tool(tool: &str) -> Option<Self> {
        match tool {
            "add_to_basket" | "change_line" | "remove_line" | "clear_basket" | "set_fulfilment" | "note_order" | "place_order" => {
                Some(Self::Orders)
            }
            "search_knowledge" => Some(Self::Answers),
            t if t.contains("booking") || matches!(t, "check_availability" | "join_waitlist") => Some(Self::Bookings),
            _ => None,
        }
    }
}

/// Where it answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// On this channel,
    pub channel: Channel,
    /// and only for this account of ours on it; empty for all.
    #[serde(default)]
    pub account: String,
}

/// One of those who answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assistant {
    /// Its id.
    pub id: Id,
    /// Its name in addresses and the API: "front-desk".
    pub name: String,
    /// Its name for people: "Front desk".
    pub title: String,
    /// How it sounds.
    pub tone: Tone,
    /// Languages it answers in, the first when a customer writes another; empty for all of the business.
    pub languages: Vec<Lang>,
    /// When it answers; none for always.
    pub hours: Option<Hours>,
    /// Where it answers.
    pub channels: Vec<Post>,
    /// The documents it may use; none for all.
    pub documents: Option<Vec<Id>>,
    /// Its first words; empty for the usual ones.
    pub greeting: String,
    /// Its last words; empty for none.
    pub sign_off: String,
    /// What it does.
    pub desks: Vec<Desk>,
    /// Answers where no other is set.
    pub is_default: bool,
}

impl Assistant {
    /// One that does everything at any hour, and is not yet named.
    pub fn new() -> Self {
        Self {
            id: Id::NIL,
            name: String::new(),
            title: String::new(),
            tone: Tone::Warm,
            languages: Vec::new(),
            hours: None,
            channels: Vec::new(),
            documents: None,
            greeting: String::new(),
            sign_off: String::new(),
            desks: Desk::ALL.to_vec(),
            is_default: false,
        }
    }
    /// Whether it does this work.
    pub fn has(&self, desk: Desk) -> bool {
        self.desks.contains(&desk)
    }
    /// Whether it may call a tool.
    pub fn may_call(&self, tool: &str) -> bool {
        Desk::of_tool(tool).is_none_or(|d| self.has(d))
    }
    /// Whether it answers now.
    pub fn is_on(&self, now: Time, zone: &str) -> bool {
        self.hours.as_ref().is_none_or(|h| h.is_open(now, zone))
    }
    /// The language it answers in when the customer's is `lang`.
    pub fn speaks(&self, lang: Lang) -> Lang {
        if self.languages.is_empty() || self.languages.contains(&lang) { lang } else { self.languages[0] }
    }
    /// What is wrong with it, field by field.
    pub fn check(&self) -> Result<()> {
        let long = |s: &str, max: usize| s.chars().count() > max;
        if self.title.trim().is_empty() || long(&self.title, 60) {
            return Err(Error::field("title", "Give it a name of 1 to 60 characters."));
        }
        if self.name.is_empty() || self.name == "turn" {
            return Err(Error::field("title", "This name cannot be used. Choose another with letters or digits."));
        }
        if long(&self.greeting, 400) {
            return Err(Error::field("greeting", "A greeting has at most 400 characters."));
        }
        if long(&self.sign_off, 200) {
            return Err(Error::field("sign_off", "Last words have at most 200 characters."));
        }
        if self.desks.is_empty() {
            return Err(Error::field("desks", "Choose at least one thing it does."));
        }
        Ok(())
    }
}

impl Default for Assistant {
    fn default() -> Self {
        Self::new()
    }
}

/// Who answers on a channel: the one set for the account, else for the channel, else the default. On the API line the
/// account is the name that was asked for.
pub fn serving<'a, T: std::ops::Deref<Target = Assistant>>(all: &'a [T], channel: Channel, account: &str) -> Option<&'a T> {
    let named = all.iter().find(|a| channel != Channel::Whatsapp && !account.is_empty() && a.name == account);
    let exact = || all.iter().find(|a| a.channels.iter().any(|p| p.channel == channel && !p.account.is_empty() && p.account == account));
    let wide = || all.iter().find(|a| a.channels.iter().any(|p| p.channel == channel && p.account.is_empty()));
    named.or_else(exact).or_else(wide).or_else(|| all.iter().find(|a| a.is_default))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn one(name: &str, channels: &[(Channel, &str)], is_default: bool) -> Arc<Assistant> {
        Arc::new(Assistant {
            id: Id::NIL,
            name: name.into(),
            title: name.into(),
            tone: Tone::Warm,
            languages: vec![],
            hours: None,
            channels: channels.iter().map(|(c, a)| Post { channel: *c, account: (*a).into() }).collect(),
            documents: None,
            greeting: String::new(),
            sign_off: String::new(),
            desks: Desk::ALL.to_vec(),
            is_default,
        })
    }

    #[test]
    fn the_nearest_one_answers() {
        let all =
            vec![one("all", &[], true), one("wa", &[(Channel::Whatsapp, "")], false), one("number", &[(Channel::Whatsapp, "22")], false)];
        let name = |c, a| serving(&all, c, a).map(|x| x.name.clone()).unwrap_or_default();
        assert_eq!(name(Channel::Whatsapp, "22"), "number");
        assert_eq!(name(Channel::Whatsapp, "11"), "wa");
        assert_eq!(name(Channel::Web, ""), "all");
        assert_eq!(name(Channel::Api, "wa"), "wa");
        assert_eq!(name(Channel::Whatsapp, "all"), "wa", "a phone number id is never a name");
        assert!(serving(&Vec::<Arc<Assistant>>::new(), Channel::Web, "").is_none());
    }

    #[test]
    fn tools_belong_to_desks() {
        let mut a = (*one("a", &[], true)).clone();
        a.desks = vec![Desk::Answers];
        assert!(a.may_call("search_knowledge") && a.may_call("call_person") && !a.may_call("place_order") && !a.may_call("make_booking"));
        assert_eq!(a.speaks(Lang::Ha), Lang::Ha);
        a.languages = vec![Lang::En];
        assert_eq!(a.speaks(Lang::Ha), Lang::En);
    }
}

//! Messages Meta has approved in advance: the only ones that may be sent when a customer's 24 hours are over.

use crate::domain::error::{Error, Result};
use crate::domain::house::message::MediaKind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Meta's word for a template that may be sent.
pub const APPROVED: &str = "APPROVED";
/// Longest value of one place.
pub const VALUE_CHARS: usize = 1024;
/// Longest code a button copies (Meta's limit of `coupon_code`).
const CODE_CHARS: usize = 15;

/// In which part of a template a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The line above the words.
    Header,
    /// The words.
    Body,
    /// The end of the address behind the button with this number, from 0.
    Button(u8),
    /// The picture, video or file above the words.
    File(MediaKind),
    /// The code that the button with this number copies, from 0.
    Code(u8),
}

/// A place of a template that is filled when it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Where it is.
    pub part: Part,
    /// Its name at Meta: "1", "2" or a word.
    pub name: String,
    /// The value Meta was shown when it was approved; on a filled place, what is sent.
    #[serde(default)]
    pub value: String,
}

impl Place {
    /// Its name in forms and in the API, unique within the template: "1", "header_1", "button_0_1".
    pub fn key(&self) -> String {
        match self.part {
            Part::Body => self.name.clone(),
            Part::Header => format!("header_{}", self.name),
            Part::Button(n) => format!("button_{n}_{}", self.name),
            Part::File(_) => "header_file".to_owned(),
            Part::Code(n) => format!("button_{n}_code"),
        }
    }
    /// Why a value cannot stand here; none when it can.
    fn refuses(&self, value: &str) -> Option<String> {
        let link = || url::Url::parse(value).is_ok_and(|u| u.scheme() == "https" && u.host_str().is_some_and(|h| h.contains('.')));
        let code = || value.chars().count() <= CODE_CHARS && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        match self.part {
            _ if value.is_empty() => Some(format!("Fill in {}.", self.name)),
            _ if value.chars().count() > VALUE_CHARS => Some(format!("At most {VALUE_CHARS} characters.")),
            Part::File(_) if !link() => Some("Write the address of a file that anybody can open, beginning with https://.".into()),
            Part::Code(_) if !code() => Some(format!("A code has letters and digits only, at most {CODE_CHARS}.")),
            _ => None,
        }
    }
    /// Whether Meta counts it instead of naming it.
    pub fn is_numbered(&self) -> bool {
        self.name.bytes().all(|b| b.is_ascii_digit())
    }
}

/// A template as Meta keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Template {
    /// Meta's id of it.
    pub provider_id: String,
    /// Its name at Meta.
    pub name: String,
    /// Its language code at Meta, "en_US".
    pub language: String,
    /// Meta's price category: "UTILITY", "MARKETING", "AUTHENTICATION"; an open word.
    pub category: String,
    /// Meta's word for where it stands: "APPROVED", "PENDING", "REJECTED", "PAUSED", "DISABLED"; an open word.
    pub status: String,
    /// The line above the words; empty for none.
    pub header: String,
    /// The words, with places such as `{{1}}`.
    pub body: String,
    /// The small line below; empty for none.
    pub footer: String,
    /// What its buttons say.
    pub buttons: Vec<String>,
    /// The places to fill, in the order Meta counts them.
    pub places: Vec<Place>,
    /// Why Steward cannot fill it in: a picture above the words, a one-time code; empty when it can.
    pub unfit: String,
    /// What Meta says is wrong with it; empty when nothing is.
    pub problem: String,
}

impl Template {
    /// Why it cannot be sent now, for a person; none when it can.
    pub fn hindrance(&self) -> Option<String> {
        if self.status != APPROVED {
            let stands = status_words(&self.status);
            return Some(format!("Meta has not approved “{}” for now: {}.", self.name, stands.to_lowercase()));
        }
        (!self.unfit.is_empty()).then(|| self.unfit.clone())
    }

    /// The places with these values, by key. Every place needs one, and nothing else may be given.
    pub fn filled(&self, values: &BTreeMap<String, String>) -> Result<Vec<Place>> {
        let mut problems = Vec::new();
        let mut out = Vec::with_capacity(self.places.len());
        for place in &self.places {
            let key = place.key();
            let value = values.get(&key).map(|v| v.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default();
            match place.refuses(&value) {
                Some(why) => problems.push((key, why)),
                None => out.push(Place { value, ..place.clone() }),
            }
        }
        let strange = values.keys().filter(|k| !self.places.iter().any(|p| p.key() == **k));
        problems.extend(strange.map(|k| (k.clone(), format!("“{}” has no place {k}.", self.name))));
        match problems.first() {
            None => Ok(out),
            Some((_, first)) => Err(Error { fields: problems.clone(), ..Error::invalid(first.clone()) }),
        }
    }

    /// What the customer reads, with the places filled.
    pub fn words(&self, places: &[Place]) -> String {
        let of = |part: Part, text: &str| {
            places.iter().filter(|p| p.part == part).fold(text.to_owned(), |t, p| t.replace(&format!("{{{{{}}}}}", p.name), &p.value))
        };
        let extra = |p: &&Place| matches!(p.part, Part::File(_) | Part::Code(_)) && !p.value.is_empty();
        let (files, codes): (Vec<&Place>, Vec<&Place>) = places.iter().filter(extra).partition(|p| matches!(p.part, Part::File(_)));
        let listed = |all: Vec<&Place>| all.iter().map(|p| p.value.as_str()).collect::<Vec<_>>().join("\n");
        let parts = [listed(files), of(Part::Header, &self.header), of(Part::Body, &self.body), self.footer.clone(), listed(codes)];
        parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join("\n")
    }
}

/// Where a template stands, in words for people.
pub fn status_words(status: &str) -> String {
    match status {
        APPROVED => "Approved",
        "PENDING" | "IN_APPEAL" => "Meta is looking at it",
        "REJECTED" => "Refused",
        "PAUSED" => "Paused, because customers complained",
        "DISABLED" => "Switched off by Meta",
        "PENDING_DELETION" | "DELETED" => "Deleted",
        "LIMIT_EXCEEDED" => "Too many templates",
        other => return crate::domain::text::clip(&other.to_lowercase().replace('_', " "), 40),
    }
    .to_owned()
}

/// The names of the places in a text, `{{1}}` or `{{first_name}}`, each once, in order.
pub fn place_names(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for part in text.split("{{").skip(1) {
        let Some((name, _)) = part.split_once("}}") else { continue };
        let name = name.trim();
        let plain = !name.is_empty() && name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if plain && !out.iter().any(|o| o == name) {
            out.push(name.to_owned());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready() -> Template {
        let place = |part, name: &str| Place { part, name: name.into(), value: String::new() };
        Template {
            name: "order_ready".into(),
            language: "en".into(),
            status: APPROVED.into(),
            header: "Order {{1}}".into(),
            body: "Hello {{1}}, your order of {{2}} is ready. {{1}}, come soon!".into(),
            footer: "Mama Put".into(),
            places: vec![place(Part::Header, "1"), place(Part::Body, "1"), place(Part::Body, "2")],
            ..Template::default()
        }
    }

    fn values(of: &[(&str, &str)]) -> BTreeMap<String, String> {
        of.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn places_are_filled_where_they_stand() {
        let t = ready();
        let places = t.filled(&values(&[("header_1", "#1001"), ("1", "Ada"), ("2", " 2 jollof\n rice ")])).unwrap();
        assert_eq!(t.words(&places), "Order #1001\nHello Ada, your order of 2 jollof rice is ready. Ada, come soon!\nMama Put");
    }

    #[test]
    fn every_place_is_asked_for_and_no_other() {
        let e = ready().filled(&values(&[("1", "Ada"), ("2", "  "), ("3", "x")])).unwrap_err();
        let names: Vec<&str> = e.fields.iter().map(|(n, _)| n.as_str()).collect();
        assert_eq!(names, ["header_1", "2", "3"]);
    }

    #[test]
    fn a_file_is_an_address_and_a_code_is_short() {
        let place = |part, name: &str| Place { part, name: name.into(), value: String::new() };
        let places = vec![place(Part::File(MediaKind::Image), "picture"), place(Part::Code(0), "code")];
        let t = Template { places, body: "Ten percent off".into(), ..Template::default() };
        let good = [("header_file", "https://shop.example/cake.jpg"), ("button_0_code", "CAKE10")];
        let filled = t.filled(&values(&good)).unwrap();
        assert_eq!(t.words(&filled), "https://shop.example/cake.jpg\nTen percent off\nCAKE10");
        for bad in ["http://shop.example/cake.jpg", "https://localhost/x", "file:///etc/passwd", "cake.jpg"] {
            assert!(t.filled(&values(&[("header_file", bad), good[1]])).unwrap_err().message.contains("https://"), "{bad}");
        }
        assert!(t.filled(&values(&[good[0], ("button_0_code", "TEN PERCENT OFF EVERYTHING")])).is_err());
    }

    #[test]
    fn names_of_places_are_read() {
        assert_eq!(place_names("{{1}} {{ first_name }} {{1}} {{}} {{a b}} {{x"), ["1", "first_name"]);
    }

    #[test]
    fn only_approved_ones_may_be_sent() {
        assert!(ready().hindrance().is_none());
        assert!(Template { status: "PAUSED".into(), ..ready() }.hindrance().unwrap().contains("paused"));
        assert!(Template { unfit: "It needs a picture.".into(), ..ready() }.hindrance().is_some());
    }
}

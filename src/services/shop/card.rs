//! A card of one item: its picture with name, price and description, when a customer has named it. Once for an item in a
//! conversation until the catalogue changes, so that nobody gets the same picture twice.

use crate::domain::error::Result;
use crate::domain::house::conversation::{Channel, Conversation};
use crate::domain::house::item::Item;
use crate::domain::house::message::{Content, File, MediaKind};
use crate::domain::money::{Currency, Money};
use crate::domain::text::{clip, fold};
use crate::services::house::outbound;
use crate::store::house::message::NewMessage;
use crate::store::tx::Tx;

/// WhatsApp's longest caption, in characters.
const CAPTION: usize = 1_024;

/// The one item with a picture whose name is in these words; none when several are, or none.
pub fn named<'a>(items: &'a [Item], words: &[String]) -> Option<&'a Item> {
    if items.iter().all(|x| x.photo.is_none()) {
        return None;
    }
    let said = format!(" {} ", fold(&words.join(" ")).replace(|c: char| !c.is_alphanumeric(), " "));
    let is_said = |name: &str| {
        let name = fold(name).replace(|c: char| !c.is_alphanumeric(), " ");
        !name.trim().is_empty() && said.contains(&format!(" {} ", name.trim()))
    };
    let mut found = items.iter().filter(|x| is_said(&x.name) || x.aliases.iter().any(|a| is_said(a)));
    let first = found.next()?;
    (found.next().is_none() && first.photo.is_some()).then_some(first)
}

/// "Jollof rice, ₦2,500" and what it is.
pub fn caption(x: &Item, currency: Currency) -> String {
    let head = format!("{}, {}", x.name, Money::new(x.price_minor, currency));
    clip(format!("{head}\n{}", x.description).trim(), CAPTION)
}

/// Sends the card after a reply. True when it was not sent before.
pub fn show(tx: &mut Tx<'_>, thread: &Conversation, x: &Item, currency: Currency, version: i64) -> Result<bool> {
    if thread.channel != Channel::Whatsapp {
        return Ok(false);
    }
    let Some(photo) = x.photo.clone() else { return Ok(false) };
    let file = File { media: Some(photo), mime: "image/jpeg".into(), caption: Some(caption(x, currency)), ..File::default() };
    let content = Content::Media { media: MediaKind::Image, file };
    let intent = format!("card:{}:{}:{version}", thread.id, x.id);
    // Of this turn: it stops with it when a person takes over.
    let m = NewMessage { turn_epoch: Some(thread.turn_epoch), ..NewMessage::of_steward(thread.id, &content, &intent) };
    Ok(outbound::plan(tx, thread, &m)?.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::Id;

    fn item(name: &str, photo: bool) -> Item {
        Item {
            id: Id::NIL,
            sku: name.into(),
            name: name.into(),
            aliases: vec![],
            description: "With plantain.".into(),
            category: String::new(),
            price_minor: 250_000,
            unit: String::new(),
            stock: None,
            available: true,
            options: vec![],
            photo: photo.then(|| "a".repeat(64)),
            attributes: serde_json::json!({}),
        }
    }

    #[test]
    fn only_one_named_thing_has_a_card() {
        let items = [item("Jollof rice", true), item("Coke", false), item("Ẹ̀bà", true)];
        let of = |words: &str| named(&items, &[words.to_owned()]).map(|x| x.name.clone());
        assert_eq!(of("how much is the JOLLOF rice?"), Some("Jollof rice".into()));
        assert_eq!(of("do you have eba"), Some("Ẹ̀bà".into()));
        for none in ["jollof rice and eba", "a coke", "xjollof rice", "hello"] {
            assert_eq!(of(none), None, "{none}");
        }
        assert_eq!(caption(&items[0], Currency::NGN), "Jollof rice, ₦2,500\nWith plantain.");
    }
}

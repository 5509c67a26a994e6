//! Which messages of a customer a turn answers, and the words a model reads for each.

use crate::domain::house::message::{Author, Content, Direction, EDITED, Message};
use crate::domain::limits;
use crate::domain::text::clip;

/// The customer's messages after the last one a person wrote: what a person has answered is not answered again.
pub(super) fn unanswered(messages: Vec<Message>) -> Vec<Message> {
    let after = messages.iter().rposition(|m| m.author == Author::Person).map_or(0, |i| i + 1);
    let replaced: Vec<String> =
        messages.iter().filter_map(|m| if let Content::Edited { of, .. } = &m.content { Some(of.clone()) } else { None }).collect();
    // What was changed before anybody answered it was never said.
    let stands = |m: &Message| m.provider_id.as_ref().is_none_or(|id| !replaced.contains(id));
    let new = messages.into_iter().skip(after).filter(stands);
    new.filter(|m| m.direction == Direction::In && m.content.wants_reply() && m.content.unheard().is_none()).collect()
}

/// What a model reads for a message. A picture without words, while an order waits for money, is its proof of payment:
/// a person looks at it either way.
pub(super) fn words_for_model(content: &Content, unpaid: bool) -> String {
    let words = clip(&content.words(), limits::CUSTOMER_TEXT_CHARS);
    match content {
        Content::Media { .. } if words.is_empty() && unpaid => "I paid".into(),
        Content::Media { media, .. } if words.is_empty() => format!("[{} without words]", media.as_str()),
        Content::Edited { .. } => format!("{EDITED}{words}"),
        Content::CatalogueOrder { lines, .. } => {
            let named: Vec<String> = lines.iter().map(|l| format!("{} {}", l.quantity, l.retailer_id)).collect();
            format!("{words} {}", named.join(", ")).trim().to_owned()
        }
        _ => words,
    }
}

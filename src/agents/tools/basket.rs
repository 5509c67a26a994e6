//! Tools that change the basket; the rules are in `domain/shop/basket`.

use super::{Counter, Outcome};
use crate::domain::json::object;
use crate::domain::shop::basket;
use serde_json::json;

pub(super) fn add(at: &mut Counter, args: &basket::AddToBasket) -> Outcome {
    basket::add(&mut at.draft, &at.menu, args)?;
    told(at)
}

pub(super) fn change(at: &mut Counter, args: &basket::ChangeLine) -> Outcome {
    basket::change(&mut at.draft, &at.menu, args)?;
    told(at)
}

pub(super) fn remove(at: &mut Counter, args: &basket::RemoveLine) -> Outcome {
    basket::remove(&mut at.draft, args)?;
    told(at)
}

pub(super) fn clear(at: &mut Counter) -> Outcome {
    basket::clear(&mut at.draft);
    told(at)
}

pub(super) fn set_fulfilment(at: &mut Counter, args: &basket::SetFulfilment) -> Outcome {
    basket::set_fulfilment(&mut at.draft, &at.profile, args)?;
    told(at)
}

pub(super) fn note_order(at: &mut Counter, args: &basket::NoteOrder) -> Outcome {
    basket::note_order(&mut at.draft, args);
    // What is in the basket and what it costs is as it was.
    Ok(json!({ "note": at.draft.note }))
}

fn told(at: &Counter) -> Outcome {
    Ok(object([("basket", basket::basket_json(&at.draft, &at.profile))]))
}

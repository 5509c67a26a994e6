//! What a model is told: built from rows at the start of a turn and after every round of tools.

use crate::app::desk::Reader;
use crate::app::shelf::Shelf;
use crate::domain::error::Result;
use crate::domain::house::assistant::Assistant;
use crate::domain::house::briefing::{Briefing, Menu};
use crate::domain::house::business::{Business, Profile};
use crate::domain::house::fact::Fact;
use crate::domain::house::intent::ReadsOnce;
use crate::domain::id::Id;
use crate::domain::reception::booking::Booking;
use crate::domain::reception::slots::Bookable;
use crate::domain::shop::order::Order;
use crate::domain::time::{DAY_MS, Time};
use crate::store::house::conversation::{self as threads, TurnScene};
use crate::store::house::fact;
use crate::store::reception::booking;
use crate::store::shop::order;
use crate::store::tx::Read;
use std::sync::Arc;

/// A conversation as it stands in one transaction, read once and carried along: rows only change by tools, after which
/// it is looked at again.
pub struct Scene {
    /// The thread, its basket, its customer.
    pub row: TurnScene,
    /// What the owner set.
    pub profile: Arc<Profile>,
    /// What is sold.
    pub menu: Arc<Menu>,
    /// The customer's newest orders.
    pub orders: Vec<Order>,
    /// What is remembered of the customer.
    pub facts: Vec<Fact>,
    /// Who answers here; none when the owner set nobody up.
    pub assistant: Option<Arc<Assistant>>,
    /// What can be booked; none where nothing can.
    pub desk: Option<Arc<Bookable>>,
    /// The customer's bookings that are not over.
    pub bookings: Vec<Booking>,
    /// Reads what words are about.
    pub reader: Arc<Reader>,
}

/// Looks at a conversation.
pub fn look(tx: &Read<'_>, shelf: &Shelf, business: &Business, conversation: Id) -> Result<Scene> {
    let row = threads::find_turn_scene(tx, conversation)?;
    let (profile, menu, desk) = shelf.all(tx, business.id)?;
    let orders = order::list_orders_of(tx, row.thread.contact_id, 20)?;
    let facts = fact::list_facts(tx, row.thread.contact_id)?;
    let reception = shelf.desks.of(tx, business, &profile)?;
    let assistant = reception.serving(row.thread.channel, &row.thread.account);
    let bookings = if desk.is_some() { booking::list_open_of(tx, row.thread.contact_id)? } else { Vec::new() };
    Ok(Scene { row, profile, menu, orders, facts, assistant, desk, bookings, reader: reception.reader.clone() })
}

/// Facts for one proposal.
pub fn brief(scene: &Scene, business: &Business, now: Time) -> Briefing {
    let Scene { row, profile, menu, orders, facts, assistant, desk, bookings, reader } = scene;
    Briefing {
        business_name: business.name.clone(),
        profile: profile.clone(),
        menu: menu.clone(),
        now,
        contact_name: row.name.clone(),
        language: row.language,
        draft: row.state.draft.clone(),
        open_orders: orders.iter().filter(|o| !o.status.is_final()).map(order::brief).collect(),
        last_finished: orders.iter().find(|o| o.status.is_final()).map(order::brief),
        returning: now.since_ms(row.known_since) > DAY_MS || !orders.is_empty(),
        memo: row.state.memo.clone(),
        facts: facts.clone(),
        assistant: assistant.clone(),
        desk: desk.clone(),
        bookings: bookings.clone(),
        intents: Some(Arc::new(ReadsOnce::new(reader.clone()))),
    }
}

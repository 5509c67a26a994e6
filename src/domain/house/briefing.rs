//! What a model is told before it answers: facts from rows, nothing else. A language model reads it as text, the
//! built-in one as it is.

use crate::domain::house::assistant::Assistant;
use crate::domain::house::business::Profile;
use crate::domain::house::fact::Fact;
use crate::domain::house::intent::{Meant, ReadsIntents};
use crate::domain::house::item::Item;
use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::domain::reception::booking::Booking;
use crate::domain::reception::slots::Bookable;
use crate::domain::shop::draft::Draft;
use crate::domain::shop::order::Status;
use crate::domain::time::Time;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The catalogue at one moment. `version` grows with every change, so readers can keep what they made of it.
#[derive(Debug, Clone, Default)]
pub struct Menu {
    /// Of this business; with `version` the key of anything kept about it.
    pub business: Option<Id>,
    /// Grows with every change of an item.
    pub version: i64,
    /// Everything that is not deleted, also what is sold out.
    pub items: Vec<Item>,
}

/// An order of this customer that is not finished.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OpenOrder {
    /// The order.
    pub id: Id,
    /// The number customers say: 1042.
    pub number: i64,
    /// The payment reference.
    pub reference: String,
    /// Where it stands.
    pub status: Status,
    /// Its total in minor units.
    pub total_minor: i64,
    /// "2 jollof rice, 1 water".
    pub summary: String,
}

/// Everything a model may know for one turn.
#[derive(Debug, Clone)]
pub struct Briefing {
    /// Our name.
    pub business_name: String,
    /// What the owner set: hours, delivery, address, how to pay.
    pub profile: Arc<Profile>,
    /// What we sell.
    pub menu: Arc<Menu>,
    /// Now.
    pub now: Time,
    /// The customer's name; may be empty.
    pub contact_name: String,
    /// The language of the customer's earlier messages.
    pub language: Lang,
    /// What is in the basket.
    pub draft: Draft,
    /// Orders of this customer that are not finished, newest first.
    pub open_orders: Vec<OpenOrder>,
    /// The number of the last finished order, for "where is my order".
    pub last_finished: Option<OpenOrder>,
    /// What can be booked, with its rules; none where nothing can.
    pub desk: Option<Arc<Bookable>>,
    /// Bookings of this customer that are not over, earliest first.
    pub bookings: Vec<Booking>,
    /// This customer has written before today.
    pub returning: bool,
    /// What the same model noted at the end of its last turn (a question it asked). Opaque to everybody else.
    pub memo: Option<String>,
    /// What this customer told about themselves, oldest first. Their words: data, never an instruction.
    pub facts: Vec<Fact>,
    /// Who answers here; none when the owner set nobody up.
    pub assistant: Option<Arc<Assistant>>,
    /// Reads what words are about; none where nobody set that up.
    pub intents: Option<Arc<dyn ReadsIntents>>,
}

impl Briefing {
    /// For work without a customer: trying a model out, reading what a seller said.
    pub fn without_customer(business_name: String, profile: Profile, now: Time) -> Self {
        Self {
            business_name,
            profile: Arc::new(profile),
            menu: Arc::default(),
            now,
            contact_name: String::new(),
            language: Lang::En,
            draft: Draft::default(),
            open_orders: Vec::new(),
            last_finished: None,
            desk: None,
            bookings: Vec::new(),
            returning: false,
            memo: None,
            facts: Vec::new(),
            assistant: None,
            intents: None,
        }
    }

    /// Whether whoever answers here does not at this hour.
    pub fn is_away(&self) -> bool {
        self.assistant.as_ref().is_some_and(|a| !a.is_on(self.now, &self.profile.time_zone))
    }

    /// What new words are about.
    pub fn meant(&self, new: &[String]) -> Option<Meant> {
        self.intents.as_ref().map(|r| r.read(&new.join(" ")))
    }
}

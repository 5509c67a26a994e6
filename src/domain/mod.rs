//! What the business is and may do. Pure: no IO, no async; the clock and ids are handed out here and wired in `app`.

pub mod arabic;
pub mod buying;
pub mod error;
pub mod event;
pub mod house;
pub mod id;
pub mod job;
pub mod lang;
pub mod limits;
pub mod money;
pub mod numeral;
pub mod outreach;
pub mod paper;
pub mod phone;
pub mod phrase;
pub mod plural;
pub mod price;
pub mod reception;
pub mod search;
pub mod secret;
pub mod shop;
pub mod sms;
pub mod text;
pub mod time;
pub mod usage;
pub mod words;

//! How well the built-in parts do: whole conversations with what a customer would expect of them, orders of real people, intents
//! learned from examples, and questions that should find their passages.

pub mod answers;
pub mod bargains;
pub mod bookings;
pub mod conversations;
pub mod counter;
pub mod documents;
pub mod fixture;
pub mod intents;
pub mod language;
pub mod orders;
pub mod receipts;
pub mod retrieval;
mod rows;
pub mod slots;

#[cfg(test)]
mod tests;

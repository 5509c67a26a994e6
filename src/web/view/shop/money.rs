//! The money of an order: its payment page, refunds, and what is odd about it.

use crate::web::view::{Errors, Note, Pill};

/// The card "Money" of an order.
#[derive(Debug, Clone, Default)]
pub struct MoneyCard {
    /// Where the payment stands.
    pub pill: Pill,
    /// Name and value.
    pub facts: Vec<(String, String)>,
    /// Where the customer pays; empty for none.
    pub link: String,
    /// What is odd: the wrong amount, too late, a dispute.
    pub notes: Vec<Note>,
    /// A payment page can be made (again).
    pub can_make: bool,
    /// The gateway can be asked how the payment stands.
    pub can_ask: bool,
    /// A sentence may be put away once it was read.
    pub can_put_away: bool,
    /// What was given back.
    pub refunds: Vec<RefundRow>,
    /// What can still be given back, as it is typed: "7,600"; empty for nothing.
    pub left: String,
    /// The same with its sign: "₦7,600".
    pub left_said: String,
    /// The order is given up and this money is still here: to be given back, or said to be settled.
    pub owed: bool,
    /// Giving back, as it was typed.
    pub back: BackForm,
    /// By whom it goes back: "Paystack", or "by your hand".
    pub way: String,
    /// The goods may come back with it.
    pub goods: bool,
    /// Papers to be had: "invoice" and "Invoice".
    pub papers: Vec<(&'static str, &'static str)>,
    /// They can be sent into the order's chat.
    pub can_send: bool,
    /// So that giving back twice gives back once.
    pub key: String,
}

/// Money to give back, as it is typed.
#[derive(Debug, Clone, Default)]
pub struct BackForm {
    /// "7,600".
    pub amount: String,
    /// The currency's sign, before the amount on the button.
    pub sign: String,
    /// Why.
    pub reason: String,
    /// The goods came back.
    pub goods_back: bool,
    /// What is wrong with it.
    pub errors: Errors,
}

/// Money given back.
#[derive(Debug, Clone, Default)]
pub struct RefundRow {
    /// Its id.
    pub id: String,
    /// "₦2,000".
    pub amount: String,
    /// Why, who and when.
    pub words: String,
    /// What is known of it.
    pub pill: Pill,
    /// Why it failed or why nobody knows.
    pub problem: String,
    /// A person must say whether it happened.
    pub doubt: bool,
}

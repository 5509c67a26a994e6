//! Payment gateways in our own words: what we ask of them, what they answer, what they tell unasked.

use crate::domain::money::{Currency, Money};
use serde::{Deserialize, Serialize};

/// Who carries the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gateway {
    /// Built in: a pay page without real money, for trying everything out.
    Sandbox,
    /// Paystack.
    Paystack,
    /// Flutterwave.
    Flutterwave,
    /// Stripe.
    Stripe,
}

impl Gateway {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Sandbox, Self::Paystack, Self::Flutterwave, Self::Stripe];
    /// Those that are somebody else's, with keys and webhooks, in the order in which the environment's are taken.
    pub const BOUGHT: [Self; 3] = [Self::Paystack, Self::Flutterwave, Self::Stripe];
    /// The word in the database, in addresses and in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Paystack => "paystack",
            Self::Flutterwave => "flutterwave",
            Self::Stripe => "stripe",
        }
    }
    /// From the word.
    pub fn from_word(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|g| g.as_str() == s)
    }
    /// Its name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Sandbox => "Practice payments",
            Self::Paystack => "Paystack",
            Self::Flutterwave => "Flutterwave",
            Self::Stripe => "Stripe",
        }
    }
    /// Whether it takes this currency. Only Paystack publishes a short list (its OpenAPI file); the others refuse by themselves.
    pub fn takes(self, currency: Currency) -> bool {
        self != Self::Paystack || matches!(currency.code(), "NGN" | "GHS" | "KES" | "ZAR" | "USD")
    }
}

/// What a payment page is made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Our reference there; used for nothing else, ever.
    pub reference: String,
    /// What is to be paid.
    pub amount: Money,
    /// The customer's address; gateways insist on one.
    pub email: String,
    /// The customer's name, maybe empty.
    pub name: String,
    /// What it is for: "Order 1001, Mama Put".
    pub what: String,
    /// Where the customer goes afterwards; empty when we have no public address.
    pub back_url: String,
}

/// A payment page that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Where the customer pays.
    pub url: String,
    /// The gateway's own id of the page; empty when it has none.
    pub provider_id: String,
}

/// Whether money came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is there.
    Paid,
    /// Not yet.
    Pending,
    /// This try failed; the customer may try again.
    Failed,
}

/// What a gateway says of a payment when it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Whether money came.
    pub standing: Standing,
    /// The reference it has there.
    pub reference: String,
    /// How much, in minor units of `currency`.
    pub amount_minor: i64,
    /// Three letters, capitals.
    pub currency: String,
    /// The gateway's id of the money that moved, by which it is given back; empty while nothing moved.
    pub payment_id: String,
}

/// Money to give back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Back {
    /// Our id of this refund: the idempotency key where there is one, a note where there is none.
    pub key: String,
    /// The gateway's id of the money.
    pub payment_id: String,
    /// How much.
    pub amount: Money,
    /// Why.
    pub reason: String,
}

/// A refund as a gateway sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// The gateway's id of it.
    pub provider_id: String,
    /// Taken, and on its way or there. False: refused.
    pub taken: bool,
    /// The money has arrived for all the gateway knows.
    pub settled: bool,
}

/// How much was given back, as gateways count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// By this refund.
    Each(i64),
    /// By all refunds of this payment together.
    Total(i64),
}

/// What a webhook is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// A payment changed: the gateway is asked how it stands.
    Payment,
    /// A refund went through, or failed.
    Refund {
        /// It went through.
        ok: bool,
        /// How much, in minor units.
        amount: Amount,
    },
    /// The customer's bank takes the money back, or has decided about that.
    Dispute {
        /// The gateway's words for why or how it ended.
        reason: String,
        /// None while it is open; whether the business kept the money when it is over.
        won: Option<bool>,
    },
    /// Money that went to a vendor.
    Transfer {
        /// How much of it was taken back, in minor units.
        taken_back_minor: i64,
    },
    /// Nothing we act on.
    Other,
}

/// A webhook of a gateway, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// What makes it the same news when it comes again.
    pub event: String,
    /// The gateway's word for it.
    pub kind: String,
    /// Our reference, when it names it.
    pub reference: String,
    /// The gateway's id of the money, when it names it.
    pub payment_id: String,
    /// What it is about.
    pub about: About,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back() {
        assert!(Gateway::ALL.into_iter().all(|g| Gateway::from_word(g.as_str()) == Some(g)));
        assert_eq!(Gateway::from_word("cash"), None);
        let eur: Currency = "EUR".parse().unwrap();
        assert!(Gateway::Paystack.takes(Currency::NGN) && !Gateway::Paystack.takes(eur) && Gateway::Stripe.takes(eur));
    }
}

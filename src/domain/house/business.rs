//! A business: one tenant.

use crate::domain::error::{Error, Result};
use crate::domain::house::hours::Hours;
use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::domain::money::Currency;
use serde::{Deserialize, Serialize};

/// What kind of business it is; decides the menu words and the sample data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Template {
    /// Sells goods.
    Shop,
    /// Sells food.
    Restaurant,
    /// Lets rooms.
    Hotel,
    /// Lets and sells property.
    RealEstate,
    /// Sells to other businesses.
    B2b,
}

impl Template {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Shop, Self::Restaurant, Self::Hotel, Self::RealEstate, Self::B2b];
    /// The word of the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Restaurant => "restaurant",
            Self::Hotel => "hotel",
            Self::RealEstate => "real-estate",
            Self::B2b => "b2b",
        }
    }
}
impl std::str::FromStr for Template {
    type Err = Error;
    fn from_str(s: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|t| t.as_str() == s).ok_or_else(|| {
            Error::field("template", format!("\"{s}\" is not a template. Use one of shop, restaurant, hotel, real-estate, b2b."))
        })
    }
}

/// A business as the control file knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Business {
    /// Its id, also the name of its folder.
    pub id: Id,
    /// Its name in addresses.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// What kind it is.
    pub template: Template,
}

/// What the owner sets about her business. Lives in the business file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// IANA time zone.
    pub time_zone: String,
    /// ISO 3166 country, for phone numbers.
    pub country: String,
    /// Money is in this currency.
    pub currency: Currency,
    /// Languages replies may be in; the first is the default.
    pub languages: Vec<Lang>,
    /// Opening hours.
    pub hours: Hours,
    /// Street address, for "where are you".
    pub address: String,
    /// One or two sentences for the public page and the models.
    pub about: String,
    /// Customers may collect.
    pub pickup: bool,
    /// Customers may have it brought.
    pub delivery: bool,
    /// Price of delivery in minor units.
    pub delivery_fee_minor: i64,
    /// How to pay, as sent to the customer: bank, account name, account number.
    pub payment_instructions: String,
    /// Steward answers customers; off means everything waits for a person.
    pub answers: bool,
    /// Listed on the public showcase.
    pub public: bool,
    /// Money the models may cost a day, in millionths of a US dollar.
    pub daily_limit_micros: u64,
    /// The name customers are told a person of this business has.
    pub owner_name: String,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            time_zone: "Africa/Lagos".into(),
            country: "NG".into(),
            currency: Currency::NGN,
            languages: Lang::ALL.to_vec(),
            hours: Hours::default(),
            address: String::new(),
            about: String::new(),
            pickup: true,
            delivery: true,
            delivery_fee_minor: 0,
            payment_instructions: String::new(),
            answers: true,
            public: false,
            daily_limit_micros: 2_000_000,
            owner_name: String::new(),
        }
    }
}

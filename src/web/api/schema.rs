//! How our own words and numbers look in the OpenAPI description. Kept here so that `domain` knows nothing of it.

use crate::domain::house::contact::IdentityKind;
use crate::domain::house::conversation::{Channel, Mode};
use crate::domain::house::member::Role;
use crate::domain::house::message::{Author, Delivery, Direction};
use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::domain::money::{Currency, Money};
use crate::domain::reception::booking::BookingStatus;
use crate::domain::reception::resource::ResourceKind;
use crate::domain::shop::draft::Fulfilment;
use crate::domain::shop::order::Status;
use crate::domain::shop::payment::PaymentState;
use crate::domain::time::Time;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{KnownFormat, RefOr};
use utoipa::{PartialSchema, ToSchema};

fn text(format: &str, example: &str, about: &str) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::Custom(format.into())))
        .examples([serde_json::json!(example)])
        .description(Some(about))
        .into()
}

impl PartialSchema for Id {
    fn schema() -> RefOr<Schema> {
        text("uuid", "019a7c3e-5b6f-7c10-8a44-3f1f0d1c2b3a", "An id: UUID version 7, so ids sort by birth.")
    }
}
impl ToSchema for Id {}

impl PartialSchema for Time {
    fn schema() -> RefOr<Schema> {
        text("date-time", "2026-11-21T09:16:00.000Z", "A moment: RFC 3339 in UTC.")
    }
}
impl ToSchema for Time {}

impl PartialSchema for Currency {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^[A-Z]{3}$"))
            .examples([serde_json::json!("NGN")])
            .description(Some("An ISO 4217 code."))
            .into()
    }
}
impl ToSchema for Currency {}

impl PartialSchema for Money {
    fn schema() -> RefOr<Schema> {
        let amount = ObjectBuilder::new().schema_type(Type::Integer).format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)));
        ObjectBuilder::new()
            .property("amount_minor", amount.description(Some("Whole minor units: kobo, cents.")))
            .required("amount_minor")
            .property("currency", Currency::schema())
            .required("currency")
            .description(Some("An amount of money."))
            .into()
    }
}
impl ToSchema for Money {}

/// A closed list of words.
macro_rules! words {
    ($($kind:ty: $about:literal, [$($word:expr),+ $(,)?];)+) => { $(
        impl PartialSchema for $kind {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some([$($word),+])).description(Some($about)).into()
            }
        }
        impl ToSchema for $kind {}
    )+ };
}

words! {
    Channel: "How messages travel.", ["whatsapp", "web", "api"];
    Mode: "Who answers: Steward (agent) or a person (human).", ["agent", "human"];
    Direction: "From the customer (in) or to the customer (out).", ["in", "out"];
    Author: "Who wrote it.", ["customer", "steward", "person"];
    Delivery: "What is known of a message.", ["received", "queued", "sending", "unknown", "sent", "delivered", "read", "failed", "stopped"];
    Status: "Where an order stands.", ["awaiting_payment", "awaiting_confirmation", "paid", "preparing", "ready_for_pickup", "out_for_delivery", "completed", "cancelled", "expired"];
    Fulfilment: "How the customer gets it.", ["pickup", "delivery"];
    PaymentState: "Where a payment stands.", ["expected", "claimed", "approved", "rejected", "part_refunded", "refunded", "disputed"];
    BookingStatus: "Where a booking stands.", ["requested", "held", "confirmed", "seated", "done", "cancelled", "no_show"];
    ResourceKind: "What sort of thing can be booked.", ["table", "room", "viewing", "person"];
    Lang: "A language.", ["en", "pcm", "yo", "ha", "ig", "es", "fr", "pt", "sw", "ar"];
    Role: "What one may do.", ["viewer", "agent", "manager", "owner"];
    IdentityKind: "What an identity's value is.", ["phone", "whatsapp_user", "email", "web_session"];
}

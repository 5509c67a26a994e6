//! What each named constraint of schema.sql means to the person whose input broke it. A test keeps the list complete.

use crate::domain::error::{Error, Kind};

/// Constraint, column as SQLite names it, field, and the sentence.
pub const MESSAGES: &[(&str, &str, &str, &str)] = &[
    ("businesses_slug", "businesses.slug", "slug", "Another business has this short name. Choose another."),
    ("members_email", "members.email", "email", "This e-mail address is already a member."),
    ("invitations_hash", "invitations.hash", "email", "This person is invited already."),
    ("invitations_person", "invitations.business_id, invitations.email", "email", "This person is invited already."),
    ("keys_hash", "keys.hash", "name", "This key exists already."),
    ("connections_account", "connections.account", "account", "This number is already connected to another business."),
    ("identities_value", "identities.value", "identity", "This belongs to another customer."),
    ("items_sku", "items.sku", "sku", "Another item has this code."),
    ("items_price", "items_price", "price", "A price cannot be below zero."),
    ("items_stock", "items_stock", "stock", "Stock cannot be below zero."),
    ("assistants_name", "assistants.name", "title", "Another assistant has this name. Choose another."),
    ("intent_examples_text", "intent_examples.folded", "text", "This example is known already."),
    ("orders_number", "orders.number", "number", "Another order has this number."),
    ("orders_total", "orders_total", "total", "A total cannot be below zero."),
    ("orders_reference", "orders.reference", "reference", "Another order has this reference."),
    ("resources_name", "resources.name", "name", "Another table, room or person has this name."),
    ("bookings_number", "bookings.number", "number", "Another booking has this number."),
    ("bookings_party", "bookings_party", "party", "A booking is for at least one person."),
    ("bookings_token", "bookings.token", "token", "Another booking has this token."),
    ("booking_slots_once", "booking_slots.resource_id", "starts_at", "That time is fully booked."),
    ("models_once", "models.service, models.base_url, models.model", "model", "This model is there already."),
    ("purchases_number", "purchases.number", "number", "Another purchase has this number."),
    ("calls_once", "calls.purchase_id, calls.vendor_id", "vendor", "This seller is asked for this purchase already."),
    ("quotes_total", "quotes_total", "total", "A quote cannot be below zero."),
    ("purchase_payments_amount", "purchase_payments_amount", "amount", "A payment must be above zero."),
    (
        "purchase_payments_once",
        "purchase_payments.purchase_id, purchase_payments.vendor_id",
        "vendor",
        "This seller is paid for this purchase already.",
    ),
    ("deliveries_once", "deliveries.purchase_id, deliveries.vendor_id", "vendor", "What this seller brought is written down already."),
    ("effects_key", "effects.key", "key", "This was done already."),
    ("approvals_key", "approvals.key", "key", "This was asked already."),
    ("letters_intent", "letters.intent", "intent", "This letter was planned already."),
    ("pushes_intent", "pushes.intent", "intent", "This nudge was planned already."),
    ("devices_once", "devices.business_id, devices.mark", "device", "This phone is told already."),
    ("member_phones_phone", "member_phones.phone", "phone", "Another member has this number."),
    ("segments_name", "segments.name", "name", "There is a group of that name already."),
    ("points_some", "points_some", "points", "Nothing to write down: 0 points."),
    ("receipts_message", "receipts.message_id", "receipt", "The receipt of this message is there already."),
    ("points_once", "points.intent", "points", "This was written down already."),
    ("canned_replies_name", "canned_replies.name", "name", "Another ready reply has this name. Choose another."),
    ("statement_rows_fingerprint", "statement_rows.fingerprint", "row", "This line of the statement is here already."),
    ("statement_rows_amount", "statement_rows_amount", "amount", "Money that came is above zero."),
    ("payments_order", "payments.order_id", "order", "This order has a payment already."),
];

/// The error for a broken constraint of ours.
pub(super) fn explain(e: &rusqlite::Error) -> Option<Error> {
    let rusqlite::Error::SqliteFailure(code, Some(text)) = e else { return None };
    if code.code != rusqlite::ErrorCode::ConstraintViolation {
        return None;
    }
    let (_, _, field, sentence) = MESSAGES.iter().find(|(_, column, _, _)| text.contains(column))?;
    let mut error = Error::field(*field, *sentence);
    error.kind = Kind::Conflict;
    Some(error)
}

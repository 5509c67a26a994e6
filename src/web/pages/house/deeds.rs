//! What an entry of "Who did what" says: the address a form went to, in words. The trail itself keeps the address, for it is sealed.

use crate::domain::error::Result;
use crate::domain::house::audit::Entry;
use crate::domain::id::Id;
use crate::store::house::{contact, conversation, item, message};
use crate::store::shop::order;
use crate::store::tx::Read;

/// Address behind `/app` and sentence; a star stands for any one part. The first that fits counts.
const SAID: &[(&str, &str)] = &[
    ("messages/*/send", "Answered a customer"),
    ("messages/*/takeover", "Took a conversation over"),
    ("messages/*/handback", "Gave a conversation back to Steward"),
    ("messages/*/close", "Marked a conversation as done"),
    ("messages/*/again", "Sent a message again"),
    ("messages/*/undo", "Took a message back before it left"),
    ("messages/*/assign", "Said who looks after a conversation"),
    ("messages/*/suggest", "Asked for a draft of a reply"),
    ("messages/*/note", "Wrote a note into a conversation"),
    ("messages/*/note/*/remove", "Removed a note from a conversation"),
    ("messages/*/template", "Sent an approved message"),
    ("ready-replies/clock", "Changed how soon a person must answer"),
    ("ready-replies/*/remove", "Removed a ready reply"),
    ("ready-replies/*", "Changed a ready reply"),
    ("ready-replies", "Added a ready reply"),
    ("customers/*/merge", "Joined two customers"),
    ("customers/*/merges/*/undo", "Parted two customers again"),
    ("customers/*/notes", "Wrote a note about a customer"),
    ("customers/*/notes/*/remove", "Removed a note about a customer"),
    ("customers/*/points", "Gave a customer points"),
    ("customers/*/redeem", "Took points for a reward"),
    ("customers/*/erase", "Erased a customer"),
    ("customers/*/facts", "Added something to remember about a customer"),
    ("customers/*/facts/forget-all", "Forgot everything remembered about a customer"),
    ("customers/*/facts/*/forget", "Forgot something about a customer"),
    ("customers/*/facts/*", "Changed what is remembered about a customer"),
    ("customers/*", "Changed a customer"),
    ("outreach/rules", "Changed the reminders"),
    ("outreach/points", "Changed the rules of the points"),
    ("outreach/groups", "Added a group of customers"),
    ("outreach/groups/*/remove", "Removed a group of customers"),
    ("outreach/*/start", "Started a campaign"),
    ("outreach/*/stop", "Stopped a campaign"),
    ("outreach", "Wrote a campaign"),
    ("audit/retention", "Changed how long things are kept"),
    ("phone/*", "Tried the simulated phone"),
    ("payments/rows/*/confirm", "Took money of the bank statement for an order"),
    ("payments/rows/*/dismiss", "Put money of the bank statement away"),
    ("payments/statement/*/run", "Took a bank statement in"),
    ("payments/statement", "Tried a bank statement"),
    ("orders/*/status", "Changed the state of an order"),
    ("orders/*/receipts", "Added a receipt"),
    ("orders/*/approve-payment", "Approved a payment"),
    ("orders/*/reject-payment", "Rejected a payment"),
    ("orders/*/papers/*", "Made an invoice or receipt"),
    ("orders/*/papers/*/send", "Sent an invoice or receipt"),
    ("orders/*/payment-link", "Asked for a payment link"),
    ("orders/*/payment-look", "Asked the gateway about a payment"),
    ("orders/*/payment-seen", "Put news of a payment away"),
    ("orders/*/refunds", "Gave money back"),
    ("orders/*/refunds/*", "Said what became of a refund"),
    ("orders/*/money-settled", "Said that the money of an order is settled"),
    ("catalogue/import/airtable", "Tried a table of Airtable"),
    ("catalogue/import/*/run", "Brought a price list in"),
    ("catalogue/import", "Tried a price list"),
    ("catalogue/*/available", "Switched an item on or off"),
    ("catalogue/*/remove", "Removed an item"),
    ("catalogue/*", "Changed an item"),
    ("catalogue", "Added an item"),
    ("work-log/*/stop", "Stopped some work"),
    ("work-log/*/resume", "Let some work go on"),
    ("work-log/*/fork", "Tried some work again from a step"),
    ("work-log/*/deeds/*", "Said whether something happened"),
    ("approvals/policy", "Changed what needs a yes"),
    ("approvals/phone", "Asked for a number to be proved"),
    ("approvals/phone/forget", "Forgot a number"),
    ("approvals/*", "Decided about a question"),
    ("devices/key", "Asked for the key of this server"),
    ("devices/*/forget", "Switched notices off on a device"),
    ("devices", "Switched notices on on a device"),
    ("answers/saved/clear", "Forgot all saved answers"),
    ("answers/saved/*/forget", "Forgot a saved answer"),
    ("answers/gaps/approve", "Approved an answer"),
    ("answers/gaps/dismiss", "Put a question away"),
    ("answers/documents/*/again", "Had a document read again"),
    ("answers/documents/*/remove", "Removed a document"),
    ("answers/documents/*/replace", "Replaced a document"),
    ("answers/*", "Added a document"),
    ("bookings/policy", "Changed the rules of bookings"),
    ("bookings/feed", "Made a new address of the calendar"),
    ("bookings/resources/*/remove", "Removed something to book"),
    ("bookings/resources/*", "Changed something to book"),
    ("bookings/waitlist/*/remove", "Took somebody off the waiting list"),
    ("bookings/*/move", "Moved a booking"),
    ("bookings/*/status", "Changed the state of a booking"),
    ("bookings", "Added a booking"),
    ("buying/vendors/import", "Brought vendors in"),
    ("buying/vendors", "Changed a vendor"),
    ("buying/settings", "Changed the rules of buying"),
    ("buying/taste/forget", "Forgot what was learnt about buying"),
    ("buying/*/approve", "Decided about a purchase"),
    ("buying/*/cancel", "Cancelled a purchase"),
    ("buying/*/talks/*", "Wrote down what a vendor said"),
    ("buying/*/paid", "Said that a purchase is paid"),
    ("buying/*/settle", "Settled a purchase"),
    ("buying/*/delivery", "Checked a delivery"),
    ("buying", "Asked for a purchase"),
    ("assistants/*/remove", "Removed an assistant"),
    ("assistants/*", "Changed an assistant"),
    ("intents/messages/*", "Corrected what a message means"),
    ("intents/examples/remove", "Removed an example"),
    ("intents/*/examples", "Added an example"),
    ("intents/*/remove", "Removed a meaning"),
    ("intents", "Added a meaning"),
    ("settings/answers", "Switched Steward on or off"),
    ("settings/business", "Changed the business"),
    ("settings/hours", "Changed the opening hours"),
    ("settings/whatsapp", "Changed the connection to WhatsApp"),
    ("settings/whatsapp/check", "Checked the connection to WhatsApp"),
    ("settings/whatsapp/templates", "Fetched the approved messages"),
    ("settings/channels/*/disconnect", "Disconnected a channel"),
    ("settings/channels/*", "Changed the connection of a channel"),
    ("settings/payments", "Changed how customers pay"),
    ("settings/tax", "Changed the tax on invoices"),
    ("settings/models/add", "Saved a model"),
    ("settings/models/*/check", "Tried a model"),
    ("settings/models/*/up", "Changed the order of the models"),
    ("settings/models/*/remove", "Removed a model"),
    ("settings/models", "Changed what models may cost"),
    ("settings/members/*/remove", "Removed a member"),
    ("settings/members/*/role", "Changed what a member may do"),
    ("settings/members", "Added a member"),
    ("settings/invitations/*/remove", "Took an invitation back"),
    ("settings/keys/*/revoke", "Revoked a key"),
    ("settings/keys", "Made a key"),
    ("settings/unread/*/replay", "Had something read again"),
];

/// Pages that older versions wrote down when somebody only looked at them.
const LOOKED: &[&str] = &["settings", "bookings/set-up", "messages/*", "customers/*/export"];

fn fits(pattern: &str, path: &str) -> bool {
    let mut parts = path.split('/');
    pattern.split('/').all(|want| parts.next().is_some_and(|part| want == "*" || want == part)) && parts.next().is_none()
}

fn sentence(path: &str) -> &'static str {
    SAID.iter().find(|(pattern, _)| fits(pattern, path)).map_or("Changed something on the dashboard", |(_, said)| said)
}

/// What somebody did and about whom or what; none for a mere look.
pub(super) fn told(tx: &Read<'_>, e: &Entry) -> Result<Option<(String, String)>> {
    if let Some(path) = e.about.strip_prefix("/app").filter(|_| e.deed == "on the dashboard") {
        let path = path.trim_matches('/');
        if LOOKED.iter().any(|l| fits(l, path)) {
            return Ok(None);
        }
        return Ok(Some((sentence(path).into(), subject(tx, path)?)));
    }
    if e.deed == "through the API" {
        let path = e.about.split_once("/api/v1/").map_or("", |(_, path)| path);
        return Ok(Some(("Changed something through the API".into(), subject(tx, path)?)));
    }
    Ok(Some((e.deed.clone(), e.about.clone())))
}

/// Whom or what an address is about, by the name it has now; empty when it has none, or is gone.
fn subject(tx: &Read<'_>, path: &str) -> Result<String> {
    let mut parts = path.split(['/', '?']);
    let (Some(kind), Some(Ok(id))) = (parts.next(), parts.next().map(str::parse::<Id>)) else { return Ok(String::new()) };
    let name = |contact: Id| contact::find_contact(tx, contact).map(|c| c.display_name());
    let found = match kind {
        "orders" => order::find_order(tx, id).map(|o| format!("#{}", o.number)),
        "catalogue" | "items" => item::find_item(tx, id).map(|i| i.name),
        "customers" | "contacts" => name(id),
        "messages" | "conversations" => {
            // Some of these addresses hold the id of one message.
            let thread = message::find_message(tx, id).map_or(id, |m| m.conversation_id);
            conversation::find_conversation(tx, thread).and_then(|c| name(c.contact_id))
        }
        _ => Ok(String::new()),
    };
    Ok(found.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every address of the dashboard that takes a form.
    fn addresses() -> Vec<String> {
        let sources = [include_str!("../mod.rs"), include_str!("../buying/mod.rs")];
        let route = regex::Regex::new(r#"\.route\(\s*"/app/([^"]*)",([^\n]*)"#).unwrap();
        let place = regex::Regex::new(r"\{[^}]*\}").unwrap();
        let all = sources.iter().flat_map(|s| route.captures_iter(s).map(|c| (c[1].to_owned(), c[2].to_owned())).collect::<Vec<_>>());
        all.filter(|(_, how)| how.contains("post(")).map(|(path, _)| place.replace_all(&path, "X1").into_owned()).collect()
    }

    #[test]
    fn every_form_of_the_dashboard_has_words() {
        let all = addresses();
        assert!(all.len() > 90, "{}", all.len());
        let missing: Vec<&String> = all.iter().filter(|p| !SAID.iter().any(|(pattern, _)| fits(pattern, p))).collect();
        assert!(missing.is_empty(), "no sentence for {missing:?}");
        assert!(SAID.iter().all(|(pattern, _)| all.iter().any(|p| fits(pattern, p))), "a sentence for no address");
        assert!(SAID.iter().all(|(_, said)| !said.contains('/')));
    }

    #[test]
    fn the_sentence_is_of_the_deed() {
        assert_eq!(sentence("orders/01J/approve-payment"), "Approved a payment");
        assert_eq!(sentence("settings/hours"), "Changed the opening hours");
        assert_eq!(sentence("something/new"), "Changed something on the dashboard");
        assert!(fits("messages/*", "messages/01J") && !fits("messages/*", "messages/01J/send"));
    }
}

//! Messages Meta has approved in advance: kept as Meta has them, and sent when a customer's 24 hours are over.

use crate::domain::error::{Error, Result};
use crate::domain::event;
use crate::domain::house::conversation::Channel;
use crate::domain::house::member::Actor;
use crate::domain::house::message::{Content, Problem};
use crate::domain::house::template::{APPROVED, Template};
use crate::domain::id::Id;
use crate::domain::job::Job;
use crate::domain::time::Time;
use crate::services::house::outbound;
use crate::store::events::{About, insert_event};
use crate::store::house::{conversation as threads, template as rows};
use crate::store::tx::{Read, Tx};
use crate::store::{jobs, meta};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;

/// When Meta was last asked for a number's templates, and what came of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Look {
    /// When.
    pub at: Time,
    /// It is being asked now.
    #[serde(default)]
    pub waiting: bool,
    /// Why it failed; empty when it worked.
    pub problem: String,
}

const LOOK: &str = "templates_look:";

fn look_key(account: &str) -> String {
    format!("{LOOK}{account}")
}

/// When Meta was last asked.
pub fn last_look(tx: &Read<'_>, account: &str) -> Result<Option<Look>> {
    Ok(meta::find_meta(tx, &look_key(account))?.and_then(|t| serde_json::from_str(&t).ok()))
}

fn looked(tx: &mut Tx<'_>, account: &str, waiting: bool, problem: &str) -> Result<()> {
    let look = Look { at: tx.now, waiting, problem: problem.to_owned() };
    meta::upsert_meta(tx, &look_key(account), &json!(look).to_string())?;
    insert_event(tx, event::CHANNEL, About::default(), json!({ "channel": "whatsapp", "templates": account }))
}

/// Asks for a number's templates to be fetched; asking twice fetches once.
pub fn ask(tx: &mut Tx<'_>, account: &str) -> Result<()> {
    let now = tx.now;
    looked(tx, account, true, "")?;
    jobs::enqueue_job(tx, &Job::SyncTemplates { account: account.to_owned() }, now, Some(&format!("templates:{account}")))
}

/// Keeps the whole list of a number, or why it could not be had. What is no longer on the list is gone.
pub fn keep(tx: &mut Tx<'_>, account: &str, found: &std::result::Result<Vec<Template>, Problem>) -> Result<()> {
    match found {
        Ok(all) => {
            rows::delete_templates(tx, account)?;
            all.iter().try_for_each(|t| rows::upsert_template(tx, account, t))?;
            looked(tx, account, false, "")
        }
        Err(p) => looked(tx, account, false, &p.meaning),
    }
}

/// Meta decided about a template: `status` in its word, `reason` for the owner. One we do not know, or that changed in another way
/// (no `status`), is fetched.
pub fn news(tx: &mut Tx<'_>, name: &str, language: &str, status: Option<&str>, reason: &str) -> Result<()> {
    let known = rows::list_accounts_with(tx, name, language)?;
    let deleted = matches!(status, Some("DELETED" | "PENDING_DELETION"));
    match status {
        Some(status) if !known.is_empty() => {
            // REINSTATED and UNPAUSED say that it may be sent again.
            let status = if matches!(status, "REINSTATED" | "UNPAUSED") { APPROVED } else { status };
            for account in known {
                if let Some(mut t) = rows::find_template(tx, &account, name, language)? {
                    status.clone_into(&mut t.status);
                    t.problem = if status == APPROVED { String::new() } else { reason.to_owned() };
                    rows::upsert_template(tx, &account, &t)?;
                }
            }
        }
        _ if deleted => {}
        // Every number that was ever asked: the news does not name one.
        _ => meta::list_after(tx, LOOK)?.iter().try_for_each(|account| ask(tx, account))?,
    }
    insert_event(
        tx,
        event::CHANNEL,
        About::default(),
        json!({ "channel": "whatsapp", "template": name, "status": status, "reason": reason }),
    )
}

/// A template with its places filled, ready to be sent.
pub fn fill(t: &Template, values: &BTreeMap<String, String>) -> Result<Content> {
    if let Some(why) = t.hindrance() {
        return Err(Error::conflict(why));
    }
    let places = t.filled(values)?;
    Ok(Content::Template { name: t.name.clone(), language: t.language.clone(), text: t.words(&places), places })
}

/// A template to send, and the values of its places by their keys.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// Its name.
    pub name: String,
    /// Its language code; empty when the number has it in one language only.
    pub language: String,
    /// The values.
    pub values: BTreeMap<String, String>,
}

/// A person sends an approved message; the same `key` sends once. That takes the conversation over.
pub fn send(tx: &mut Tx<'_>, conversation_id: Id, actor: &Actor, chosen: &Chosen, key: &str) -> Result<Id> {
    let thread = threads::find_conversation(tx, conversation_id)?;
    if thread.channel != Channel::Whatsapp {
        return Err(Error::conflict("Approved messages are for WhatsApp. Here you may simply write."));
    }
    let t = one(tx, &thread.account, &chosen.name, &chosen.language)?;
    outbound::write_as_person(tx, conversation_id, actor, &fill(&t, &chosen.values)?, key)
}

fn one(tx: &Read<'_>, account: &str, name: &str, language: &str) -> Result<Template> {
    let missing = || Error::field("template", "This number has no approved message of that name. Fetch them from WhatsApp in Settings.");
    if !language.is_empty() {
        return rows::find_template(tx, account, name, language)?.ok_or_else(missing);
    }
    let mut all = rows::list_templates(tx, account, false)?;
    all.retain(|t| t.name == name);
    match all.len() {
        0 => Err(missing()),
        1 => all.pop().ok_or_else(missing),
        _ => Err(Error::field("language", "This message is there in several languages. Name one.")),
    }
}

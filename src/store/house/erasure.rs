//! Erasing a person from every table, and looking for what is left. [`FATES`] names every table of a business's file and what
//! erasing does to it; a test fails when a table is missing there.

use crate::domain::error::Result;
use crate::domain::house::erasure::{Counted, Erasure, media_names};
use crate::domain::id::Id;
use crate::domain::search::Kind;
use crate::store::house::{fact, saved_answer};
use crate::store::tx::{Read, Tx, id_at, json, json_at, maybe_time_at, time_at};
use crate::store::vector;
use rusqlite::{Row, params};
use std::collections::BTreeSet;

/// What erasing does to a table's rows about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// They are deleted.
    Deleted,
    /// They stay as money records, without the person.
    Anonymised,
    /// It holds nothing about customers, for this reason.
    Nothing(&'static str),
}

/// Every table and what erasing does to it.
pub const FATES: &[(&str, Fate)] = &[
    ("meta", Fate::Nothing("settings of the business")),
    ("contacts", Fate::Deleted),
    ("identities", Fate::Deleted),
    ("conversations", Fate::Deleted),
    ("messages", Fate::Deleted),
    ("items", Fate::Nothing("what is sold")),
    ("orders", Fate::Anonymised),
    ("order_history", Fate::Anonymised),
    ("payments", Fate::Anonymised),
    ("refunds", Fate::Anonymised),
    ("invoices", Fate::Anonymised),
    ("checkouts", Fate::Anonymised),
    ("gateway_news", Fate::Nothing("which news of gateways was heard")),
    ("runs", Fate::Deleted),
    ("events", Fate::Deleted),
    ("inbox", Fate::Deleted),
    ("jobs", Fate::Deleted),
    ("schedules", Fate::Nothing("recurring work")),
    ("usage", Fate::Nothing("sums by day")),
    ("idempotency", Fate::Deleted),
    ("imports", Fate::Anonymised),
    ("simulator_messages", Fate::Deleted),
    ("templates", Fate::Nothing("approved wordings")),
    ("models", Fate::Nothing("settings of the business")),
    ("documents", Fate::Nothing("knowledge the owner gave")),
    ("chunks", Fate::Nothing("knowledge the owner gave")),
    ("gaps", Fate::Deleted),
    ("facts", Fate::Deleted),
    ("assistants", Fate::Nothing("settings of the business")),
    ("intents", Fate::Nothing("settings of the business")),
    ("intent_examples", Fate::Deleted),
    ("saved_answers", Fate::Deleted),
    ("vendors", Fate::Nothing("whom the business buys from; removed on their own page")),
    ("purchases", Fate::Nothing("what the business buys")),
    ("calls", Fate::Anonymised),
    ("call_lines", Fate::Deleted),
    ("call_news", Fate::Nothing("which news of telephone calls was heard, and the prices we named in them")),
    ("quotes", Fate::Nothing("prices of vendors")),
    ("purchase_payments", Fate::Nothing("money for vendors")),
    ("sandbox_payments", Fate::Nothing("money for vendors")),
    ("deliveries", Fate::Nothing("what vendors brought")),
    ("choices", Fate::Nothing("the owner's taste")),
    ("simulator_sellers", Fate::Nothing("pretended sellers")),
    ("searchables", Fate::Deleted),
    ("vectors", Fate::Deleted),
    ("resources", Fate::Nothing("what can be booked")),
    ("bookings", Fate::Deleted),
    ("booking_slots", Fate::Deleted),
    ("booking_history", Fate::Deleted),
    ("waitlist", Fate::Deleted),
    ("run_steps", Fate::Deleted),
    ("effects", Fate::Deleted),
    ("run_keys", Fate::Deleted),
    ("run_letters", Fate::Deleted),
    ("approvals", Fate::Deleted),
    ("approval_votes", Fate::Deleted),
    ("member_phones", Fate::Nothing("people of the business")),
    ("erasing", Fate::Nothing("empty outside of an erasure")),
    ("erasures", Fate::Nothing("counts only")),
    ("audit", Fate::Nothing("ids only")),
    ("consents", Fate::Deleted),
    ("contact_tags", Fate::Deleted),
    ("notes", Fate::Deleted),
    ("segments", Fate::Nothing("rules of the business")),
    ("points", Fate::Deleted),
    ("campaigns", Fate::Nothing("wordings of the business")),
    ("outreach", Fate::Deleted),
    ("receipts", Fate::Deleted),
    ("receipt_marks", Fate::Deleted),
    ("contact_merges", Fate::Deleted),
    ("cases", Fate::Deleted),
    ("canned_replies", Fate::Nothing("wordings of the business")),
    ("statement_rows", Fate::Anonymised),
    ("mails", Fate::Deleted),
    ("mailboxes", Fate::Nothing("how far an inbox of ours was read")),
    ("letters", Fate::Deleted),
    ("pushes", Fate::Deleted),
];

/// Finds everything that belongs to the person, each statement building on the ones before it.
const COLLECT: &[&str] = &[
    // Contacts that were found to be the same person may still hold what could not be moved.
    "insert or ignore into erasing with recursive part(id) as (
         select id from erasing where kind = 'contact'
         union select c.id from contacts c join part p on c.merged_into = p.id)
       select 'contact', id from part",
    "insert into erasing select 'conversation', v.id from conversations v join erasing e on e.kind = 'contact' and e.id = v.contact_id",
    "insert into erasing select 'order', o.id from orders o join erasing e on e.kind = 'contact' and e.id = o.contact_id",
    "insert into erasing select 'booking', b.id from bookings b join erasing e on e.kind = 'contact' and e.id = b.contact_id",
    "insert into erasing select 'message', m.id from messages m join erasing e on e.kind = 'conversation' and e.id = m.conversation_id",
    "insert into erasing select 'call', c.id from calls c join erasing e on e.kind = 'contact' and e.id = c.contact_id",
    // A run about the person: of one of their chats, or started with their id. A purchase stands on its own.
    "insert into erasing select 'run', r.id from runs r where r.id not in (select run_id from purchases where run_id is not null)
       and exists (select 1 from erasing e where e.kind = 'conversation' and e.id = r.conversation_id
         or e.kind in ('contact', 'needle') and (instr(r.input, e.id) > 0 or instr(r.result, e.id) > 0 or instr(r.trace, e.id) > 0))",
    "insert or ignore into erasing with recursive below(id) as (
         select id from erasing where kind = 'run'
         union select r.id from runs r join below b on r.parent_id = b.id or r.fork_of = b.id)
       select 'run', id from below",
    "insert into erasing select 'approval', a.id from approvals a where a.run_id in (select id from erasing where kind = 'run')
       or exists (select 1 from erasing e where e.kind in ('contact', 'needle') and (instr(a.facts, e.id) > 0 or instr(a.url, e.id) > 0))",
];

/// Deletes and anonymises, in an order foreign keys allow.
const STEPS: &[(&str, &str, &str)] = &[
    (
        "receipt_marks",
        "deleted",
        "delete from receipt_marks where receipt_id in (select id from receipts where contact_id in (select id from erasing where kind = 'contact'))",
    ),
    ("receipts", "deleted", "delete from receipts where contact_id in (select id from erasing where kind = 'contact')"),
    ("gaps", "deleted", "delete from gaps where conversation_id in (select id from erasing where kind = 'conversation')"),
    ("mails", "deleted", "delete from mails where message_id in (select id from erasing where kind = 'message')"),
    ("messages", "deleted", "delete from messages where conversation_id in (select id from erasing where kind = 'conversation')"),
    ("run_steps", "deleted", "delete from run_steps where run_id in (select id from erasing where kind = 'run')"),
    ("run_keys", "deleted", "delete from run_keys where run_id in (select id from erasing where kind = 'run')"),
    (
        "run_letters",
        "deleted",
        "delete from run_letters where run_id in (select id from erasing where kind = 'run')
           or exists (select 1 from erasing e where e.kind in ('contact', 'needle', 'conversation') and (instr(data, e.id) > 0 or instr(key, e.id) > 0))",
    ),
    ("effects", "deleted", "delete from effects where run_id in (select id from erasing where kind = 'run')"),
    ("approval_votes", "deleted", "delete from approval_votes where approval_id in (select id from erasing where kind = 'approval')"),
    ("letters", "deleted", "delete from letters where approval_id in (select id from erasing where kind = 'approval')"),
    ("pushes", "deleted", "delete from pushes where about_id in (select id from erasing where kind in ('approval', 'conversation', 'order'))"),
    ("approvals", "deleted", "delete from approvals where id in (select id from erasing where kind = 'approval')"),
    ("runs", "deleted", "delete from runs where id in (select id from erasing where kind = 'run')"),
    (
        "orders",
        "anonymised",
        "update orders set conversation_id = null, address = '', note = '',
           lines = (select json_group_array(json_set(value, '$.note', '')) from json_each(lines))
         where id in (select id from erasing where kind = 'order')",
    ),
    ("order_history", "anonymised", "update order_history set note = '' where order_id in (select id from erasing where kind = 'order')"),
    (
        "checkouts",
        "anonymised",
        "update checkouts set url = '', problem = '' where order_id in (select id from erasing where kind = 'order')",
    ),
    (
        "refunds",
        "anonymised",
        "update refunds set reason = '', problem = '' where order_id in (select id from erasing where kind = 'order')",
    ),
    ("payments", "anonymised", "update payments set note = '' where order_id in (select id from erasing where kind = 'order')"),
    (
        "invoices",
        "anonymised",
        "update invoices set data = json_set(data, '$.buyer', '', '$.address', '') where order_id in (select id from erasing where kind = 'order')",
    ),
    ("waitlist", "deleted", "delete from waitlist where contact_id in (select id from erasing where kind = 'contact')"),
    ("booking_history", "deleted", "delete from booking_history where booking_id in (select id from erasing where kind = 'booking')"),
    (
        "bookings",
        "deleted",
        "delete from bookings where id in (select id from erasing where kind = 'booking') and deposit_minor = 0",
    ),
    (
        "bookings",
        "anonymised",
        "update bookings set conversation_id = null, name = '', note = '', reason = '' where id in (select id from erasing where kind = 'booking')",
    ),
    ("call_lines", "deleted", "delete from call_lines where call_id in (select id from erasing where kind = 'call')"),
    ("calls", "anonymised", "update calls set contact_id = null, provider_id = null where id in (select id from erasing where kind = 'call')"),
    (
        "events",
        "deleted",
        "delete from events where conversation_id in (select id from erasing where kind = 'conversation')
           or order_id in (select id from erasing where kind = 'order') or run_id in (select id from erasing where kind = 'run')
           or exists (select 1 from erasing e where e.kind in ('contact', 'needle', 'booking', 'approval') and instr(data, e.id) > 0)",
    ),
    (
        "inbox",
        "deleted",
        "delete from inbox where exists (select 1 from erasing e where e.kind = 'needle' and instr(cast(body as text), e.id) > 0)",
    ),
    (
        "jobs",
        "deleted",
        "delete from jobs where exists (select 1 from erasing e where e.kind <> 'order' and instr(payload, e.id) > 0)",
    ),
    (
        "idempotency",
        "deleted",
        "delete from idempotency where exists (select 1 from erasing e where e.kind <> 'order' and instr(body, e.id) > 0)",
    ),
    (
        "imports",
        "anonymised",
        "update imports set errors = '[]' where exists (select 1 from erasing e where e.kind = 'needle' and instr(errors, e.id) > 0)",
    ),
    (
        "simulator_messages",
        "deleted",
        "delete from simulator_messages where exists (select 1 from erasing e where e.kind = 'needle' and (e.id = phone or instr(body, e.id) > 0))",
    ),
    (
        "contact_merges",
        "deleted",
        "delete from contact_merges where kept_id in (select id from erasing where kind = 'contact')
           or gone_id in (select id from erasing where kind = 'contact')",
    ),
    ("consents", "deleted", "delete from consents where contact_id in (select id from erasing where kind = 'contact')"),
    ("contact_tags", "deleted", "delete from contact_tags where contact_id in (select id from erasing where kind = 'contact')"),
    ("notes", "deleted", "delete from notes where contact_id in (select id from erasing where kind = 'contact')"),
    ("points", "deleted", "delete from points where contact_id in (select id from erasing where kind = 'contact')"),
    ("outreach", "deleted", "delete from outreach where contact_id in (select id from erasing where kind = 'contact')"),
    ("cases", "deleted", "delete from cases where conversation_id in (select id from erasing where kind = 'conversation')"),
    (
        "statement_rows",
        "anonymised",
        "update statement_rows set narration = '', payer = '', bank_reference = '', note = '', decided_by = ''
         where order_id in (select id from erasing where kind = 'order')
           or exists (select 1 from erasing e where e.kind = 'needle' and (instr(narration, e.id) > 0 or instr(payer, e.id) > 0 or instr(bank_reference, e.id) > 0))
           or exists (select 1 from contacts c join erasing e on e.kind = 'contact' and e.id = c.id
             where length(c.name) >= 8 and instr(c.name, ' ') > 0
               and (instr(lower(narration), lower(c.name)) > 0 or instr(lower(payer), lower(c.name)) > 0))",
    ),
    ("conversations", "deleted", "delete from conversations where id in (select id from erasing where kind = 'conversation')"),
    ("identities", "deleted", "delete from identities where contact_id in (select id from erasing where kind = 'contact')"),
    (
        "contacts",
        "deleted",
        "delete from contacts where id in (select id from erasing where kind = 'contact')
           and not exists (select 1 from orders o where o.contact_id = contacts.id) and not exists (select 1 from bookings b where b.contact_id = contacts.id)",
    ),
];

/// Begins: notes whose rows these are and finds them. `needles` are the person's numbers and addresses in every way they are written.
pub fn collect(tx: &mut Tx<'_>, contact: Id, needles: &[String]) -> Result<()> {
    tx.run("delete from erasing", [])?;
    tx.run("insert into erasing values ('contact', ?1)", [contact.to_string()])?;
    for needle in needles {
        tx.run("insert or ignore into erasing values ('needle', ?1)", [needle])?;
    }
    for sql in COLLECT {
        tx.run(sql, [])?;
    }
    Ok(())
}

/// The longest sentences the person wrote, and the names of files in their chats.
pub fn words_and_media(tx: &Read<'_>, most: usize) -> Result<(Vec<String>, Vec<String>)> {
    let words = tx.all(
        "select distinct substr(m.text, 1, 120) from messages m join erasing e on e.kind = 'message' and e.id = m.id
         where m.direction = 'in' and length(m.text) >= 24 order by length(m.text) desc limit ?1",
        [i64::try_from(most).unwrap_or(i64::MAX)],
        |r| r.get(0),
    )?;
    let mut media = BTreeSet::new();
    tx.each(
        "select coalesce(m.content, '') from messages m join erasing e on e.kind = 'message' and e.id = m.id where m.content is not null",
        [],
        |r| r.get::<_, String>(0),
        |content| {
            media.extend(media_names(&content));
            Ok(true)
        },
    )?;
    let receipts = "select media from receipts where contact_id in (select id from erasing where kind = 'contact')";
    media.extend(tx.all(receipts, [], |r| r.get::<_, String>(0))?);
    let mails = "select media from mails where media is not null and message_id in (select id from erasing where kind = 'message')";
    media.extend(tx.all(mails, [], |r| r.get::<_, String>(0))?);
    Ok((words, media.into_iter().collect()))
}

/// Takes everything that was collected away; rows by table.
pub fn erase_collected(tx: &mut Tx<'_>, contact: Id) -> Result<Vec<Counted>> {
    let mut counts = found_things(tx, contact)?;
    for (table, what, sql) in STEPS {
        let rows = tx.run(sql, [])?;
        counts.push(Counted { table: (*table).into(), what: (*what).into(), rows: rows as u64 });
    }
    let husk = "update contacts set name = '', language = 'en', note = '', consent = null, spoken = 0, merged_into = null, erased_at = ?2
        where id = ?1 or id in (select id from erasing where kind = 'contact')";
    let (key, now) = (contact.to_string(), tx.now.millis());
    let rows = tx.run(husk, params![key, now])?;
    counts.push(Counted { table: "contacts".into(), what: "anonymised".into(), rows: rows as u64 });
    for sql in OPTIMIZE {
        tx.run(sql, [])?;
    }
    tx.run("delete from erasing", [])?;
    counts.retain(|c| c.rows > 0);
    Ok(counts)
}

/// Writes each index of words anew, so that words of what is gone are in none.
const OPTIMIZE: &[&str] = &[
    "insert into answer_words (answer_words) values ('optimize')",
    "insert into fact_words (fact_words) values ('optimize')",
    "insert into example_words (example_words) values ('optimize')",
];

/// What can be found by word and meaning goes with its vectors: facts, examples and answers made of the person's words.
fn found_things(tx: &mut Tx<'_>, contact: Id) -> Result<Vec<Counted>> {
    let counted = |table: &str, rows: usize| Counted { table: table.into(), what: "deleted".into(), rows: rows as u64 };
    let facts: i64 = tx.value("select count(*) from facts where contact_id = ?1", [contact.to_string()])?;
    fact::erase_facts(tx, contact)?;
    let examples: Vec<Id> =
        tx.all("select x.id from intent_examples x join erasing e on e.kind = 'message' and e.id = x.message_id", [], |r| id_at(r, 0))?;
    for id in &examples {
        vector::remove(tx, Kind::Example, *id)?;
        tx.run("delete from intent_examples where id = ?1", [id.to_string()])?;
    }
    let answers: Vec<Id> = tx.all(
        "select s.id from saved_answers s where exists (select 1 from erasing e join messages m on e.kind = 'message' and m.id = e.id
           where m.direction = 'in' and length(m.text) > 0 and (lower(m.text) = lower(s.question) or instr(lower(m.text), s.norm) > 0))",
        [],
        |r| id_at(r, 0),
    )?;
    for id in &answers {
        saved_answer::delete_saved(tx, *id)?;
    }
    Ok(vec![
        counted("facts", usize::try_from(facts).unwrap_or(0)),
        counted("intent_examples", examples.len()),
        counted("saved_answers", answers.len()),
    ])
}

/// Which of these files nothing names any more.
pub fn unused_media(tx: &Read<'_>, names: Vec<String>) -> Result<Vec<String>> {
    let mut out = Vec::new();
    for name in names {
        let used: bool = tx.value(
            "select exists (select 1 from messages where instr(content, ?1) > 0) or exists (select 1 from items where photo = ?1)
               or exists (select 1 from documents where original = ?1) or exists (select 1 from receipts where media = ?1)
               or exists (select 1 from mails where media = ?1)",
            [&name],
        )?;
        if !used {
            out.push(name);
        }
    }
    Ok(out)
}

/// Writes down that somebody was erased, with the files that are still to go.
pub fn insert_erasure(tx: &mut Tx<'_>, e: &Erasure, media: &[String]) -> Result<()> {
    tx.run(
        "insert into erasures (id, contact_id, actor, state, counts, media, at) values (?1, ?2, ?3, 'begun', ?4, ?5, ?6)",
        params![e.id.to_string(), e.contact_id.to_string(), e.actor, json(&e.counts)?, json(&media)?, e.at.millis()],
    )
    .map(drop)
}

/// The files still to go; none when it is done.
pub fn find_media_to_delete(tx: &Read<'_>, id: Id) -> Result<Option<Vec<String>>> {
    tx.one("select media from erasures where id = ?1 and state = 'begun'", [id.to_string()], |r| json_at(r, 0))
}

/// Everything is clean; the proof.
pub fn update_erasure_done(tx: &mut Tx<'_>, e: &Erasure) -> Result<()> {
    let now = tx.now.millis();
    tx.run(
        "update erasures set state = 'done', media = '[]', proof = ?2, done_at = ?3 where id = ?1",
        params![e.id.to_string(), json(&e.proof)?, now],
    )
    .map(drop)
}

const COLUMNS: &str = "id, contact_id, actor, counts, at, done_at, proof";

fn erasure(r: &Row<'_>) -> rusqlite::Result<Erasure> {
    Ok(Erasure {
        id: id_at(r, 0)?,
        contact_id: id_at(r, 1)?,
        actor: r.get(2)?,
        counts: json_at(r, 3)?,
        at: time_at(r, 4)?,
        done_at: maybe_time_at(r, 5)?,
        proof: json_at(r, 6)?,
    })
}

/// One erasure.
pub fn find_erasure(tx: &Read<'_>, id: Id) -> Result<Option<Erasure>> {
    tx.one(&format!("select {COLUMNS} from erasures where id = ?1"), [id.to_string()], erasure)
}

/// The newest erasure of a person, by the id they had.
pub fn find_erasure_of(tx: &Read<'_>, contact: Id) -> Result<Option<Erasure>> {
    tx.one(&format!("select {COLUMNS} from erasures where contact_id = ?1 order by at desc limit 1"), [contact.to_string()], erasure)
}

#[cfg(test)]
#[path = "erasure_tests.rs"]
mod tests;

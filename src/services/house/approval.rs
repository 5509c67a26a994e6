//! Questions to people of the business: asked once, decided once, whoever answers first and whichever way.

use crate::domain::error::{Error, Result};
use crate::domain::event;
use crate::domain::house::approval::{Approval, Policy, Question, Standing, Vote, Way};
use crate::domain::house::member::{Actor, Role};
use crate::domain::id::Id;
use crate::domain::job::Job;
use crate::domain::money::{Currency, Money};
use crate::domain::text::clip;
use crate::services::house::member_phone;
use crate::store::events::{About, insert_event};
use crate::store::house::{approval, run};
use crate::store::tx::{Read, Tx};
use crate::store::{jobs, meta};
use serde_json::json;

/// Where the policy is kept.
const POLICY: &str = "approval_policy";
/// Who decided when nobody was asked.
const BY_POLICY: &str = "the policy";
/// The longest note.
const NOTE_CHARS: usize = 500;

/// The business's policy.
pub fn policy(tx: &Read<'_>) -> Result<Policy> {
    let Some(text) = meta::find_meta(tx, POLICY)? else { return Ok(Policy::default()) };
    serde_json::from_str(&text).map_err(|e| Error::internal("The approval policy cannot be read.").with_source(e))
}

/// Keeps the business's policy; questions that wait keep the rule they were asked by.
pub fn set_policy(tx: &mut Tx<'_>, policy: &Policy) -> Result<()> {
    policy.check()?;
    let text = serde_json::to_string(policy).map_err(|e| Error::internal("The policy could not be written.").with_source(e))?;
    meta::upsert_meta(tx, POLICY, &text)
}

/// Asks, once for each key. The run hears the verdict under the question's key, at once when the policy needs nobody or the
/// question was decided before.
pub fn ask(tx: &mut Tx<'_>, run_id: Option<Id>, q: &Question) -> Result<Id> {
    if let Some(known) = approval::find_approval_by_key(tx, &q.key)? {
        if let Some(run) = run_id.filter(|_| known.standing != Standing::Open) {
            run::deliver_to(tx, run, &letter_key(&q.key), &json!(known.verdict()))?;
        }
        return Ok(known.id);
    }
    let (policy, profile) = (policy(tx)?, meta::find_profile(tx)?);
    let needed = policy.needed(q.amount, profile.currency);
    let automatic = needed == 0;
    let a = Approval {
        id: Id::new(tx.now),
        question: q.clone(),
        run_id,
        needed,
        standing: if automatic { Standing::Approved } else { Standing::Open },
        expires_at: policy.expires(tx.now, q.until),
        decided_at: automatic.then_some(tx.now),
        decided_by: if automatic { BY_POLICY.into() } else { String::new() },
        decided_way: None,
        note: String::new(),
        created_at: tx.now,
        votes: vec![],
    };
    approval::insert_approval(tx, &a)?;
    match automatic {
        true => tell(tx, &a)?,
        false => {
            jobs::enqueue_job(tx, &Job::ExpireApproval { approval_id: a.id }, a.expires_at, Some(&expiry_key(a.id)))?;
            member_phone::nudge_at(tx, a.id, policy.nudge_at(tx.now, &profile.time_zone))?;
            announce(tx, &a)?;
        }
    }
    Ok(a.id)
}

fn letter_key(question: &str) -> String {
    format!("approval:{question}")
}

fn expiry_key(id: Id) -> String {
    format!("approval:{id}")
}

/// The feed hears of it.
fn announce(tx: &mut Tx<'_>, a: &Approval) -> Result<()> {
    let about = About { run: a.run_id, ..About::default() };
    let data = json!({ "approval_id": a.id, "standing": a.standing.as_str(), "title": a.question.title, "by": a.decided_by });
    insert_event(tx, event::APPROVAL, about, data)
}

/// The feed and whoever waits hear how it was decided.
fn tell(tx: &mut Tx<'_>, a: &Approval) -> Result<()> {
    announce(tx, a)?;
    run::deliver(tx, &letter_key(&a.question.key), &json!(a.verdict())).map(drop)
}

/// An answer, as it comes in.
#[derive(Debug, Clone)]
pub struct Answer<'a> {
    /// Who says it.
    pub actor: &'a Actor,
    /// What they may do.
    pub role: Role,
    /// Yes or no.
    pub yes: bool,
    /// What they add.
    pub note: &'a str,
    /// Which way it came.
    pub way: Way,
}

/// Takes an answer. The first no rejects; the last yes that is needed approves. The question as it stands afterwards; an
/// answer that comes too late is told what was decided, by whom.
pub fn answer(tx: &mut Tx<'_>, id: Id, answer: &Answer<'_>) -> Result<Approval> {
    let a = approval::find_approval(tx, id)?;
    let voter = may_answer(tx, &a, answer)?;
    if a.standing != Standing::Open {
        return Err(Error::conflict(late(&a)));
    }
    if tx.now >= a.expires_at {
        // The job that gives it up is on its way; an answer does not overtake it.
        return Err(Error::conflict(format!("It is too late: \"{}\" was given up because nobody answered in time.", a.question.title)));
    }
    let name = answer.actor.name().to_owned();
    let note = clip(answer.note.trim(), NOTE_CHARS);
    let vote = Vote { voter, name: name.clone(), way: answer.way, yes: answer.yes, note: note.clone(), at: tx.now };
    if !approval::insert_vote(tx, id, &vote)? {
        return Err(Error::conflict("You have answered already; somebody else must agree as well."));
    }
    let a = approval::find_approval(tx, id)?;
    let standing = match (answer.yes, a.agreed() >= a.needed) {
        (false, _) => Standing::Rejected,
        (true, true) => Standing::Approved,
        (true, false) => {
            announce(tx, &a)?;
            return Ok(a);
        }
    };
    let by = if answer.yes { a.votes.iter().map(|v| v.name.as_str()).collect::<Vec<_>>().join(" and ") } else { name };
    settle(tx, id, standing, &by, Some(answer.way), &note)
}

/// Who votes, if they may.
fn may_answer(tx: &Read<'_>, a: &Approval, answer: &Answer<'_>) -> Result<String> {
    match answer.actor {
        Actor::Member { id, .. } => {
            let profile = meta::find_profile(tx)?;
            if !may(&policy(tx)?, *id, answer.role, a.question.amount, profile.currency) {
                return Err(Error::denied("Only an owner, or the one named in the approval settings, may decide this."));
            }
            Ok(voter(*id))
        }
        Actor::Key { name } => {
            answer.role.require(Role::Owner)?;
            if a.needed > 1 {
                return Err(Error::denied("Two different people must agree to this. A key does not say who uses it: sign in instead."));
            }
            Ok(format!("key:{name}"))
        }
        Actor::Customer | Actor::Steward => Err(Error::denied("Only a person of the business may decide this.")),
    }
}

/// How a member's answer is known.
pub fn voter(member: Id) -> String {
    format!("member:{member}")
}

/// Whether a member with this role may decide about this amount.
pub fn may(policy: &Policy, member: Id, role: Role, amount: Option<Money>, currency: Currency) -> bool {
    role >= Role::Owner || policy.delegate_may(member, amount, currency)
}

/// What one who answers too late is told.
pub fn late(a: &Approval) -> String {
    let how = match a.standing {
        Standing::Open => return format!("\"{}\" still waits.", a.question.title),
        Standing::Approved => "approved",
        Standing::Rejected => "rejected",
        Standing::Expired => return format!("\"{}\" was given up: nobody answered in time.", a.question.title),
        Standing::Withdrawn => return format!("\"{}\" is not needed any more.", a.question.title),
    };
    let way = a.decided_way.map_or_else(String::new, |w| format!(" {}", w.title()));
    let at = a.decided_at.map_or_else(String::new, |t| format!(" at {}", t.rfc3339()));
    format!("\"{}\" was {how} by {}{way}{at}.", a.question.title, a.decided_by)
}

fn settle(tx: &mut Tx<'_>, id: Id, standing: Standing, by: &str, way: Option<Way>, note: &str) -> Result<Approval> {
    if approval::decide_approval(tx, id, standing, by, way, note)? {
        jobs::delete_waiting_job(tx, &expiry_key(id))?;
        let a = approval::find_approval(tx, id)?;
        tell(tx, &a)?;
        return Ok(a);
    }
    approval::find_approval(tx, id)
}

/// Gives up a question that is still open when its time has come.
pub fn expire(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    settle(tx, id, Standing::Expired, "", None, "").map(drop)
}

/// Takes back the open questions of a run that ended.
pub fn withdraw(tx: &mut Tx<'_>, run: Id) -> Result<()> {
    for a in approval::list_open_approvals_of(tx, run)? {
        settle(tx, a.id, Standing::Withdrawn, "", None, "")?;
    }
    Ok(())
}

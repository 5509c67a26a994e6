//! A purchase as a run: find vendors, talk to them side by side, compare, ask the owner, order, pay once, confirm.

use super::{question_key, talk};
use crate::domain::buying::payment::State as PaymentState;
use crate::domain::error::Result;
use crate::domain::house::approval::{Question, Verdict};
use crate::domain::house::run::Outcome;
use crate::domain::id::Id;
use crate::domain::money::Money;
use crate::domain::time::{DAY_MS, Time};
use crate::graph::{Budget, Child, Ctx, Effect, Event, Graph, Next};
use crate::services::buying::payment::key as payment_key;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Its name.
pub const NAME: &str = "purchase";

/// What a purchase's run is started with.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The purchase.
    pub purchase_id: Id,
}

/// What the run knows: ids. What is needed, said and paid is in rows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct State {
    purchase_id: Id,
    #[serde(default)]
    calls: Vec<Id>,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    asked_minor: i64,
    #[serde(default)]
    payments: Vec<Id>,
    #[serde(default)]
    number: i64,
    /// The web was searched.
    #[serde(default)]
    scouted: bool,
}

/// The steps.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Node {
    /// Find vendors.
    Find,
    /// The web was searched for more.
    Scouted,
    /// Talk to them.
    Talk,
    /// Every talk has ended.
    Talked,
    /// Offers are compared.
    Compared,
    /// The owner has decided.
    Decided,
    /// The order is out.
    Ordered,
    /// The money is settled.
    Paid,
    /// All is written down.
    End,
    /// It came to nothing, and that is written down.
    Over,
}

/// What the first deed found.
#[derive(Debug, Deserialize)]
struct Found {
    calls: Vec<Id>,
    names: Vec<String>,
    title: String,
    number: i64,
    at_once: usize,
    until: Time,
    /// Nobody in the book sells it, but the web can be searched.
    #[serde(default)]
    scout: bool,
}

/// What was compared.
#[derive(Debug, Deserialize)]
struct Compared {
    ok: bool,
    #[serde(default)]
    problem: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    facts: Vec<(String, String)>,
    amount: Option<Money>,
    until: Option<Time>,
}

/// A payment that was planned.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ToPay {
    pub(super) id: Id,
    pub(super) by_provider: bool,
    pub(super) state: PaymentState,
    pub(super) amount_minor: i64,
    pub(super) name: String,
    /// Where it goes at the provider; empty where that needs none.
    #[serde(default)]
    pub(super) account: String,
}

/// A purchase.
pub struct Buys;

impl Graph for Buys {
    type Input = Input;
    type State = State;
    type Node = Node;

    fn name(&self) -> &'static str {
        NAME
    }
    fn version(&self) -> u32 {
        1
    }
    fn about(&self) -> &'static str {
        "Asks vendors side by side, haggles, compares, asks the owner, orders and pays once."
    }
    fn budget(&self) -> Budget {
        // What models cost in all of its talks counts here, and is known when they have ended: a limit that is met then would throw the
        // whole purchase away. Each talk has a limit of its own.
        Budget { steps: 200, ms: 60 * DAY_MS, cost_micros: 20_000_000 }
    }
    fn begin(&self, input: Input, _: &mut Ctx) -> Result<(State, Node)> {
        let s = State {
            purchase_id: input.purchase_id,
            calls: vec![],
            names: vec![],
            asked_minor: 0,
            payments: vec![],
            number: 0,
            scouted: false,
        };
        Ok((s, Node::Find))
    }
    fn step(&self, node: Node, s: &mut State, event: Event, cx: &mut Ctx) -> Next<Node> {
        match (node, event) {
            (Node::Find, _) => {
                cx.note("Looks through the vendor book.");
                one(s.deed("find", json!({})), Node::Talk)
            }
            (Node::Talk, Event::Done { outcomes }) => match result::<Found>(&outcomes) {
                Ok(found) if found.scout && !s.scouted => {
                    s.scouted = true;
                    cx.title(found.title);
                    cx.note("Nobody in the vendor book sells it: looks on the web.");
                    one(s.deed("scout", json!({})), Node::Scouted)
                }
                Ok(found) => talk_to(s, found, cx),
                Err(why) => give_up(s, &why),
            },
            (Node::Scouted, Event::Done { outcomes }) => match result::<Value>(&outcomes) {
                Ok(found) => {
                    cx.note("Writes down whom it found, with the page.");
                    one(s.deed("adopt", json!({ "found": found })), Node::Talk)
                }
                Err(why) => give_up(s, &format!("Nobody in the vendor book sells it, and the web could not be searched. {why}")),
            },
            (Node::Talked, Event::Joined { ended }) => {
                let quoted = ended.iter().filter(|e| e.result["state"] == "quoted").count();
                cx.note(format!("{quoted} of {} named a price that stands.", ended.len()));
                one(s.deed("compare", json!({})), Node::Compared)
            }
            (Node::Compared, Event::Done { outcomes }) => match result::<Compared>(&outcomes) {
                Ok(c) if c.ok => ask(s, c, cx),
                Ok(c) => Next::Fail(c.problem),
                Err(why) => give_up(s, &why),
            },
            (Node::Decided, Event::Decided { verdict }) => decided(s, &verdict, cx),
            (Node::Ordered, Event::Done { outcomes }) => match result::<Vec<ToPay>>(&outcomes) {
                Ok(payments) => pay(s, &payments, cx),
                Err(why) => give_up(s, &why),
            },
            (Node::Paid, Event::Done { outcomes }) => paid(s, &outcomes),
            (Node::End | Node::Over, Event::Done { outcomes }) => match outcomes.into_iter().next() {
                Some(o) if o.ok => Next::Done(o.result),
                o => Next::Fail(o.map(|o| o.problem).unwrap_or_default()),
            },
            (_, event) => Next::Fail(format!("The purchase did not expect {event:?}.")),
        }
    }
    fn clear_up(&self, s: &State, why: &str) -> Vec<Effect> {
        vec![s.deed("call_off", json!({ "why": why }))]
    }
}

impl State {
    /// A deed of this purchase, done once.
    fn deed(&self, what: &str, mut more: Value) -> Effect {
        more["purchase_id"] = json!(self.purchase_id);
        Effect::new(format!("purchase:{}:{what}", self.purchase_id), format!("purchase.{what}"), more)
    }
}

fn one(effect: Effect, then: Node) -> Next<Node> {
    Next::Do { effects: vec![effect], then }
}

/// What the only deed of a step gave, or why it failed.
fn result<T: serde::de::DeserializeOwned>(outcomes: &[Outcome]) -> std::result::Result<T, String> {
    match outcomes.first() {
        Some(o) if o.ok => serde_json::from_value(o.result.clone()).map_err(|e| format!("What was found cannot be read: {e}.")),
        Some(o) => Err(o.problem.clone()),
        None => Err("Nothing was done.".into()),
    }
}

fn decided(s: &State, verdict: &Verdict, cx: &mut Ctx) -> Next<Node> {
    if verdict.is_yes() {
        cx.note(format!("Approved by {}.", verdict.by));
        return one(s.deed("order", json!({ "agreed_minor": s.asked_minor })), Node::Ordered);
    }
    let why = match verdict.by.as_str() {
        "" => format!("Not approved: {}.", verdict.standing.as_str()),
        by => format!("Rejected by {by}. {}", verdict.note).trim().to_owned(),
    };
    cx.note(why.clone());
    one(s.deed("reject", json!({ "why": why })), Node::Over)
}

fn paid(s: &State, outcomes: &[Outcome]) -> Next<Node> {
    let told = |(id, o): (&Id, &Outcome)| json!({ "id": id, "paid": o.ok, "reference": o.result["reference"], "problem": o.problem });
    let settled: Vec<Value> = s.payments.iter().zip(outcomes).map(told).collect();
    one(s.deed("confirm", json!({ "settled": settled })), Node::End)
}

fn give_up(s: &State, why: &str) -> Next<Node> {
    one(s.deed("fail", json!({ "why": why })), Node::Over)
}

fn talk_to(s: &mut State, found: Found, cx: &mut Ctx) -> Next<Node> {
    cx.title(found.title);
    cx.note(format!("Asks {}.", found.names.join(", ")));
    (s.calls, s.names, s.number) = (found.calls, found.names, found.number);
    let children = s.calls.iter().map(|id| Child { graph: talk::NAME.into(), input: json!({ "call_id": id }) }).collect();
    Next::Branch { children, at_once: found.at_once, until: Some(found.until), then: Node::Talked }
}

fn ask(s: &mut State, c: Compared, cx: &mut Ctx) -> Next<Node> {
    s.asked_minor = c.amount.map_or(0, |m| m.amount_minor);
    cx.note("Asks for the owner's word.");
    let question = Question {
        key: question_key(s.purchase_id),
        title: c.title,
        facts: c.facts,
        amount: c.amount,
        url: format!("/app/buying/{}", s.purchase_id),
        until: c.until,
    };
    Next::Ask { question: Box::new(question), then: Node::Decided }
}

fn pay(s: &mut State, payments: &[ToPay], cx: &mut Ctx) -> Next<Node> {
    let due: Vec<&ToPay> = payments.iter().filter(|p| p.by_provider && p.state == PaymentState::Sending).collect();
    s.payments = due.iter().map(|p| p.id).collect();
    if due.is_empty() {
        cx.note("A person pays and records it.");
        return one(s.deed("confirm", json!({ "settled": [] })), Node::End);
    }
    cx.note("Pays.");
    let effects = due.iter().map(|p| {
        Effect::new(
            payment_key(p.id),
            "purchase.pay",
            json!({ "payment_id": p.id, "amount_minor": p.amount_minor, "to": p.name, "account": p.account }),
        )
    });
    Next::Do { effects: effects.collect(), then: Node::Paid }
}

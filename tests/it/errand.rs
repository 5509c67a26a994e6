//! A small errand to try the machine on: ask several sellers side by side, haggle, choose, ask the owner, pay once, wait an
//! hour, write it down. It uses every way a step can go on.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use steward::domain::error::{Error, Result};
use steward::domain::house::approval::Question;
use steward::domain::id::Id;
use steward::domain::money::{Currency, Money};
use steward::domain::time::{HOUR_MS, MINUTE_MS, Time};
use steward::domain::usage::Usage;
use steward::graph::deed::{Deeds, Here, Outside};
use steward::graph::{At, Budget, Child, Ctx, Effect, Event, Graph, Graphs, Next, Performed};
use steward::store::meta;
use steward::store::tx::Tx;

/// What was really done, by key: the outside world keeps its own count.
#[derive(Default)]
pub struct World {
    pub done: Mutex<HashMap<String, u32>>,
    /// What the next deeds of this name answer instead of being confirmed.
    pub moods: Mutex<HashMap<&'static str, Vec<Mood>>>,
    /// Where every deed done is written down as well, for a process that is killed.
    pub log: Option<std::path::PathBuf>,
}

/// How the world behaves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Mood {
    /// It is done, and nobody hears so.
    DoneUnknown,
    /// It is not done, and nobody hears so.
    LostUnknown,
    /// Busy; nothing was done.
    Busy,
    /// Refused for good.
    Refused,
    /// The process stops in the middle: the deed is done, its outcome never written.
    Dies,
}

impl World {
    pub fn count(&self, key: &str) -> u32 {
        self.done.lock().unwrap().get(key).copied().unwrap_or(0)
    }
    pub fn will(&self, deed: &'static str, moods: &[Mood]) {
        self.moods.lock().unwrap().insert(deed, moods.iter().rev().copied().collect());
    }
    fn mood(&self, deed: &str) -> Option<Mood> {
        self.moods.lock().unwrap().get_mut(deed).and_then(Vec::pop)
    }
    fn did(&self, key: &str) {
        *self.done.lock().unwrap().entry(key.to_owned()).or_default() += 1;
        if let Some(path) = &self.log {
            use std::io::Write;
            let mut file = std::fs::OpenOptions::new().append(true).create(true).open(path).unwrap();
            writeln!(file, "{key}").unwrap();
            file.sync_all().unwrap();
        }
    }
}

/// What an errand is started with.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    pub sellers: Vec<String>,
    #[serde(default)]
    pub at_once: usize,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct State {
    sellers: Vec<String>,
    at_once: usize,
    best: Option<(String, i64)>,
    failed: Vec<String>,
    log: Vec<String>,
    /// Something longer, as real states have.
    remarks: String,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Node {
    Ask,
    Compare,
    Pay,
    Paid,
    Note,
    End,
}

/// The errand. Its version is the field, so that tests can upgrade it.
pub struct Errand(pub u32);

impl Graph for Errand {
    type Input = Input;
    type State = State;
    type Node = Node;

    fn name(&self) -> &'static str {
        "errand"
    }
    fn version(&self) -> u32 {
        self.0
    }
    fn about(&self) -> &'static str {
        "Asks sellers, chooses the cheapest and pays."
    }
    fn begin(&self, input: Input, cx: &mut Ctx) -> Result<(State, Node)> {
        if input.sellers.is_empty() {
            return Err(Error::field("sellers", "Name at least one seller."));
        }
        cx.title(format!("An errand to {} sellers", input.sellers.len()));
        let remarks = "Eggs by the dozen, unbroken, from this week. ".repeat(20);
        Ok((State { sellers: input.sellers, at_once: input.at_once, best: None, failed: vec![], log: vec![], remarks }, Node::Ask))
    }
    fn budget(&self) -> Budget {
        Budget { steps: 100, cost_micros: 10_000, ..Budget::default() }
    }
    fn step(&self, node: Node, s: &mut State, event: Event, cx: &mut Ctx) -> Next<Node> {
        match (node, event) {
            (Node::Ask, _) => {
                let children = s.sellers.iter().map(|name| Child { graph: "haggle".into(), input: json!({ "seller": name }) });
                cx.note("Asks every seller");
                Next::Branch { children: children.collect(), at_once: s.at_once, until: Some(cx.now.plus_ms(HOUR_MS)), then: Node::Compare }
            }
            (Node::Compare, Event::Joined { ended }) => {
                for (name, e) in s.sellers.iter().zip(&ended) {
                    match e.result["price"].as_i64() {
                        Some(price) if s.best.as_ref().is_none_or(|(_, best)| price < *best) => s.best = Some((name.clone(), price)),
                        Some(_) => {}
                        None => s.failed.push(format!("{name}: {}", e.problem)),
                    }
                }
                let Some((name, price)) = s.best.clone() else { return Next::Fail("Nobody named a price.".into()) };
                s.log.push(format!("{name} is best"));
                let question = Question {
                    key: format!("errand:{}", cx.run),
                    title: format!("Pay {name} {price}?"),
                    facts: vec![("Seller".into(), name)],
                    amount: Some(Money::new(price, Currency::NGN)),
                    url: String::new(),
                    until: None,
                };
                Next::Ask { question: Box::new(question), then: Node::Pay }
            }
            (Node::Pay, Event::Decided { verdict }) => {
                let Some((name, price)) = s.best.clone().filter(|_| verdict.is_yes()) else {
                    return Next::Done(json!({ "paid": false, "why": verdict.standing.as_str() }));
                };
                s.log.push(format!("agreed by {}", verdict.by));
                let pay = Effect::new(format!("pay:{}", cx.run), "pay", json!({ "to": name, "price": price }));
                Next::Do { effects: vec![pay], then: Node::Paid }
            }
            (Node::Paid, Event::Done { outcomes }) => match outcomes.first() {
                Some(o) if o.ok => {
                    s.log.push("paid".into());
                    Next::Sleep { until: cx.now.plus_ms(HOUR_MS), then: Node::Note }
                }
                o => Next::Fail(o.map_or_else(String::new, |o| o.problem.clone())),
            },
            (Node::Note, _) => {
                let effects = vec![Effect::new(format!("note:{}", cx.run), "note", json!({ "text": s.log.join(", ") }))];
                Next::Do { effects, then: Node::End }
            }
            (Node::End, _) => Next::Done(json!({ "paid": true, "best": s.best, "failed": s.failed, "log": s.log })),
            (_, event) => Next::Fail(format!("It did not expect {event:?}.")),
        }
    }
    fn migrate(&self, from: u32, node: &str, state: &Value) -> Option<(State, Node)> {
        // Version 3 takes over version 2, and nothing older.
        (self.0 == 3 && from == 2).then_some(())?;
        Some((serde_json::from_value(state.clone()).ok()?, serde_json::from_value(Value::from(node)).ok()?))
    }
    fn clear_up(&self, s: &State, _why: &str) -> Vec<Effect> {
        s.best.iter().map(|(name, _)| Effect::new(format!("sorry:{name}"), "sorry", json!({}))).collect()
    }
}

#[derive(Debug, Deserialize)]
pub struct HaggleInput {
    seller: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct HaggleState {
    seller: String,
    round: u32,
    price: Option<i64>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HaggleNode {
    Call,
    Heard,
    Written,
}

/// Calls a seller until the price is low enough; the last word comes as a letter.
pub struct Haggle;

impl Graph for Haggle {
    type Input = HaggleInput;
    type State = HaggleState;
    type Node = HaggleNode;

    fn name(&self) -> &'static str {
        "haggle"
    }
    fn version(&self) -> u32 {
        1
    }
    fn about(&self) -> &'static str {
        "Haggles with one seller."
    }
    fn begin(&self, input: HaggleInput, cx: &mut Ctx) -> Result<(HaggleState, HaggleNode)> {
        if input.seller.is_empty() {
            return Err(Error::field("seller", "Name the seller."));
        }
        cx.title(format!("Haggles with {}", input.seller));
        Ok((HaggleState { seller: input.seller, round: 0, price: None }, HaggleNode::Call))
    }
    fn step(&self, node: HaggleNode, s: &mut HaggleState, event: Event, cx: &mut Ctx) -> Next<HaggleNode> {
        match (node, event) {
            (HaggleNode::Call, _) => {
                // A letter may come while the call is still on.
                cx.listen(format!("word:{}", s.seller));
                s.round += 1;
                let key = format!("call:{}:{}", cx.run, s.round);
                let call = Effect::new(key, "call", json!({ "seller": s.seller, "round": s.round }));
                Next::Do { effects: vec![call], then: HaggleNode::Heard }
            }
            (HaggleNode::Heard, Event::Done { outcomes }) => {
                let Some(o) = outcomes.into_iter().next().filter(|o| o.ok) else { return Next::Fail("The line is dead.".into()) };
                s.price = o.result["price"].as_i64();
                if s.round < 3 {
                    return Next::Go(HaggleNode::Call);
                }
                Next::Listen {
                    keys: vec![format!("word:{}", s.seller)],
                    until: Some(cx.now.plus_ms(10 * MINUTE_MS)),
                    then: HaggleNode::Written,
                }
            }
            (HaggleNode::Written, Event::Letter { data, .. }) => Next::Done(json!({ "price": data["price"].as_i64().or(s.price) })),
            (HaggleNode::Written, Event::Late) => Next::Done(json!({ "price": s.price })),
            (_, event) => Next::Fail(format!("It did not expect {event:?}.")),
        }
    }
}

/// A deed outside.
struct Call(Arc<World>);
struct Pay(Arc<World>);
struct Sorry(Arc<World>);
struct Note;

/// What a seller asks: by the name and the round, so that every test knows.
pub fn price(seller: &str, round: u64) -> i64 {
    let sum: i64 = seller.bytes().map(i64::from).sum();
    10_000 + sum * 7 % 5_000 - i64::try_from(round).unwrap() * 100
}

async fn act(world: &World, deed: &'static str, at: &At, result: Value) -> Performed {
    match world.mood(deed) {
        Some(Mood::Busy) => return Performed::NotDone { problem: "Busy.".into(), after_ms: 100 },
        Some(Mood::Refused) => return Performed::Failed("Refused.".into()),
        Some(Mood::LostUnknown) => return Performed::Unknown("The line broke.".into()),
        Some(Mood::DoneUnknown) => {
            world.did(&at.key);
            return Performed::Unknown("The line broke.".into());
        }
        Some(Mood::Dies) => {
            world.did(&at.key);
            panic!("the process stops here");
        }
        None => {}
    }
    world.did(&at.key);
    // Others get a turn in between.
    tokio::task::yield_now().await;
    Performed::Confirmed { result, usage: Usage { prompt_tokens: 10, completion_tokens: 5, cost_micros: 7 } }
}

#[async_trait]
impl Outside for Call {
    fn name(&self) -> &'static str {
        "call"
    }
    async fn perform(&self, at: &At, input: &Value) -> Performed {
        let price = price(input["seller"].as_str().unwrap_or(""), input["round"].as_u64().unwrap_or(0));
        act(&self.0, "call", at, json!({ "price": price })).await
    }
    async fn look(&self, at: &At, input: &Value) -> Performed {
        match self.0.count(&at.key) {
            0 => Performed::NotDone { problem: "There was no such call.".into(), after_ms: 0 },
            _ => Performed::confirmed(
                json!({ "price": price(input["seller"].as_str().unwrap_or(""), input["round"].as_u64().unwrap_or(0)) }),
            ),
        }
    }
}

/// Nobody can be asked whether money was sent: only a person knows.
#[async_trait]
impl Outside for Pay {
    fn name(&self) -> &'static str {
        "pay"
    }
    async fn perform(&self, at: &At, _: &Value) -> Performed {
        act(&self.0, "pay", at, json!({ "receipt": format!("R-{}", at.key.len()) })).await
    }
}

#[async_trait]
impl Outside for Sorry {
    fn name(&self) -> &'static str {
        "sorry"
    }
    async fn perform(&self, at: &At, _: &Value) -> Performed {
        act(&self.0, "sorry", at, Value::Null).await
    }
}

impl Here for Note {
    fn name(&self) -> &'static str {
        "note"
    }
    fn perform(&self, tx: &mut Tx<'_>, at: &At, input: &Value) -> Result<Value> {
        meta::upsert_meta(tx, &at.key, input["text"].as_str().unwrap_or(""))?;
        Ok(json!({ "written": true }))
    }
}

pub fn graphs(version: u32) -> Graphs {
    Graphs::default().with(Errand(version)).with(Haggle)
}

pub fn deeds(world: &Arc<World>) -> Deeds {
    Deeds::default().outside(Call(world.clone())).outside(Pay(world.clone())).outside(Sorry(world.clone())).here(Note)
}

/// The whole runtime for a world.
pub fn runtime(world: &Arc<World>, version: u32) -> steward::graph::Runtime {
    steward::agents::runs::with(graphs(version), deeds(world))
}

/// When tests begin.
pub fn began() -> Time {
    Time::parse("2026-11-21T11:00:00Z").unwrap()
}

/// Whatever a run is called in letters.
pub fn word(seller: &str) -> String {
    format!("word:{seller}")
}

/// A member who may decide.
pub fn owner(name: &str, n: i64) -> steward::domain::house::member::Actor {
    steward::domain::house::member::Actor::Member { id: Id::derived(Time::from_millis(n), name.as_bytes()), name: name.into() }
}

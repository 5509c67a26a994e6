//! A talk with one vendor as a run: begin, listen, answer, remind, give up. What is said is decided by the service from rows.

use crate::domain::buying::call::State as CallState;
use crate::domain::error::Result;
use crate::domain::house::run::Outcome;
use crate::domain::id::Id;
use crate::domain::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::graph::{Budget, Ctx, Effect, Event, Graph, Next};
use crate::services::buying::call::letter_key;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Its name.
pub const NAME: &str = "talk";

/// What a talk is started with.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The call.
    pub call_id: Id,
}

/// What the run knows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct State {
    call_id: Id,
    /// Letters answered.
    heard: u32,
    /// Reminders written since the last word.
    chased: u32,
    /// Minutes a vendor has to answer.
    patience: i64,
    /// They are on the telephone, or were called.
    #[serde(default)]
    phoned: bool,
    /// How often it was asked how that call went.
    #[serde(default)]
    looked: u32,
    /// A model reads what the vendor says.
    #[serde(default)]
    reads: bool,
    /// Another talk goes on in the vendor's chat: this one begins when it is over.
    #[serde(default)]
    waits: bool,
    /// How often it tried to begin after that.
    #[serde(default)]
    tried: u32,
    /// What it reads now.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    unread: Value,
}

/// The steps.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Node {
    /// Write first.
    Begin,
    /// Something of ours was said, or the talk is over.
    Said,
    /// The vendor spoke, or did not.
    Heard,
    /// A model has read what the vendor said, or has not.
    Read,
    /// They were called by telephone, or could not be.
    Dialled,
    /// Somebody asked how the call went.
    LookedUp,
}

/// What a deed of a talk gives back.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Stands {
    pub(super) over: bool,
    pub(super) state: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) patience: i64,
    #[serde(default)]
    pub(super) dial: bool,
    #[serde(default)]
    pub(super) reads: bool,
    #[serde(default)]
    pub(super) problem: String,
}

/// Words of one vendor at most; then a person must look.
const MOST_HEARD: u32 = 60;

/// A call lasts ten minutes at most: when it has not been told by then how it went, the carrier is asked.
const CALL_MS: i64 = 13 * MINUTE_MS;
/// How long before it is asked again, and how often.
const LOOK_MS: i64 = 5 * MINUTE_MS;
const LOOKS: u32 = 6;

/// How long before a talk that waits for another one looks by itself; it is told when that is over.
const FREE_MS: i64 = HOUR_MS;

/// A talk.
pub struct Talks;

impl Graph for Talks {
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
        "Haggles with one vendor inside limits the vendor never learns."
    }
    fn budget(&self) -> Budget {
        Budget { steps: 400, ms: 30 * DAY_MS, ..Budget::default() }
    }
    fn begin(&self, input: Input, _: &mut Ctx) -> Result<(State, Node)> {
        Ok((
            State {
                call_id: input.call_id,
                heard: 0,
                chased: 0,
                patience: 0,
                phoned: false,
                looked: 0,
                reads: false,
                waits: false,
                tried: 0,
                unread: Value::Null,
            },
            Node::Begin,
        ))
    }
    fn step(&self, node: Node, s: &mut State, event: Event, cx: &mut Ctx) -> Next<Node> {
        match (node, event) {
            (Node::Begin, _) => {
                // What a vendor says at once must not be missed.
                cx.listen(letter_key(s.call_id));
                cx.note("Writes first.");
                s.deed("open", "open", json!({}))
            }
            (Node::Said, Event::Done { outcomes }) => s.said(outcomes, cx),
            (Node::Heard, Event::Letter { .. } | Event::Late) if s.waits => {
                s.tried += 1;
                cx.note("Writes first.");
                s.deed(&format!("open:{}", s.tried), "open", json!({}))
            }
            (Node::Heard, Event::Letter { data, .. }) => s.hear(data, cx),
            (Node::Heard, Event::Late) => s.hear_nothing(cx),
            (Node::Read, Event::Done { outcomes }) => {
                let mut data = std::mem::take(&mut s.unread);
                if let Some(o) = outcomes.into_iter().next().filter(|o| o.ok) {
                    data["read"] = o.result["read"].clone();
                }
                s.answer(data, cx)
            }
            (Node::Dialled, Event::Done { outcomes }) => match outcomes.into_iter().next() {
                Some(o) if o.ok => s.wait_for_report(cx, CALL_MS),
                o => s.give_up_call(&o.map(|o| o.problem).unwrap_or_default()),
            },
            (Node::LookedUp, Event::Done { .. }) => s.wait_for_report(cx, LOOK_MS),
            (_, event) => Next::Fail(format!("The talk did not expect {event:?}.")),
        }
    }
    fn clear_up(&self, s: &State, why: &str) -> Vec<Effect> {
        vec![Effect::new(format!("call:{}:hang_up", s.call_id), "call.hang_up", json!({ "call_id": s.call_id, "why": why }))]
    }
}

impl State {
    /// Something was said, or the talk is over.
    fn said(&mut self, outcomes: Vec<Outcome>, cx: &mut Ctx) -> Next<Node> {
        let Some(o) = outcomes.into_iter().next() else { return Next::Fail("Nothing was done.".into()) };
        if !o.ok {
            return Next::Fail(o.problem);
        }
        let stands: Stands = match serde_json::from_value(o.result) {
            Ok(x) => x,
            Err(e) => return Next::Fail(format!("What was said cannot be read: {e}.")),
        };
        cx.title(format!("Talk with {}", stands.name));
        if stands.over {
            cx.note(if stands.problem.is_empty() { "A price stands.".into() } else { stands.problem.clone() });
            return Next::Done(json!(stands));
        }
        self.waits = stands.state == CallState::Waiting.as_str();
        if self.waits {
            cx.note("Waits until another talk with them is over.");
            return self.listen(cx, FREE_MS);
        }
        if stands.dial && !self.phoned {
            return self.dial(cx);
        }
        (self.patience, self.reads) = (stands.patience.max(1), stands.reads);
        self.listen(cx, self.patience * MINUTE_MS)
    }
    /// The vendor spoke.
    fn hear(&mut self, data: Value, cx: &mut Ctx) -> Next<Node> {
        // The chat is free, and it has begun already.
        if data["free"] == true {
            return self.listen(cx, self.patience * MINUTE_MS);
        }
        if self.heard >= MOST_HEARD {
            return Next::Fail("This talk has gone on for too long.".into());
        }
        self.heard += 1;
        self.chased = 0;
        if self.reads && data["hung_up"] != true { self.read(data, cx) } else { self.answer(data, cx) }
    }
    /// The vendor did not speak in time.
    fn hear_nothing(&mut self, cx: &mut Ctx) -> Next<Node> {
        if self.phoned && self.looked < LOOKS {
            return self.look_up(cx);
        }
        if self.phoned {
            return self.give_up_call("Nobody can say how the call went. Look at the carrier's own list.");
        }
        if self.chased == 0 {
            self.chased += 1;
            cx.note("Asks again.");
            return self.deed(&format!("chase:{}", self.heard), "chase", json!({}));
        }
        cx.note("Gives up waiting.");
        self.deed("give_up", "give_up", json!({}))
    }
    /// What a letter is called: by its message, else by its place.
    fn name_of(&self, data: &Value) -> String {
        data["message_id"].as_str().map_or_else(|| format!("{}:{}", data["said"], self.heard), str::to_owned)
    }
    fn read(&mut self, data: Value, cx: &mut Ctx) -> Next<Node> {
        cx.note("Has a model read what the vendor said.");
        let key = format!("call:{}:read:{}", self.call_id, self.name_of(&data));
        let mut input = data.clone();
        input["call_id"] = json!(self.call_id);
        self.unread = data;
        Next::Do { effects: vec![Effect::new(key, "call.read", input)], then: Node::Read }
    }
    fn answer(&self, data: Value, cx: &mut Ctx) -> Next<Node> {
        cx.note("Answers what the vendor said.");
        self.deed(&format!("hear:{}", self.name_of(&data)), "hear", data)
    }
    fn dial(&mut self, cx: &mut Ctx) -> Next<Node> {
        self.phoned = true;
        cx.note("Calls them.");
        let effect = Effect::new(format!("call:{}:dial", self.call_id), "call.dial", json!({ "call_id": self.call_id }));
        Next::Do { effects: vec![effect], then: Node::Dialled }
    }
    fn wait_for_report(&self, cx: &mut Ctx, ms: i64) -> Next<Node> {
        cx.note("The call goes on.");
        self.listen(cx, ms)
    }
    fn listen(&self, cx: &Ctx, ms: i64) -> Next<Node> {
        Next::Listen { keys: vec![letter_key(self.call_id)], until: Some(cx.now.plus_ms(ms)), then: Node::Heard }
    }
    fn look_up(&mut self, cx: &mut Ctx) -> Next<Node> {
        self.looked += 1;
        cx.note("Asks how the call went.");
        let key = format!("call:{}:look:{}", self.call_id, self.looked);
        Next::Do { effects: vec![Effect::new(key, "call.look_up", json!({ "call_id": self.call_id }))], then: Node::LookedUp }
    }
    fn give_up_call(&self, why: &str) -> Next<Node> {
        self.deed("fail", "fail", json!({ "why": why }))
    }
    fn deed(&self, what: &str, deed: &str, mut input: Value) -> Next<Node> {
        input["call_id"] = json!(self.call_id);
        Next::Do { effects: vec![Effect::new(format!("call:{}:{what}", self.call_id), format!("call.{deed}"), input)], then: Node::Said }
    }
}

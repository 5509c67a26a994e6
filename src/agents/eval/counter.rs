//! A shop counter in memory: it runs the tools of a turn against a menu, so a model can be measured without a store.

use super::bookings::Bookings;
use super::documents::Documents;
use crate::agents::guard::{Facts, objections};
use crate::agents::tools::knowledge::told;
use crate::domain::error::{Error, Result};
use crate::domain::house::assistant::Assistant;
use crate::domain::house::briefing::{Briefing, Menu, OpenOrder};
use crate::domain::house::business::Profile;
use crate::domain::house::fact::{Fact, Proposal};
use crate::domain::house::intent::ReadsIntents;
use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::domain::money::Money;
use crate::domain::shop::basket;
use crate::domain::shop::draft::Draft;
use crate::domain::shop::order::Status;
use crate::domain::shop::reference::reference;
use crate::domain::time::Time;
use crate::providers::llm::tools::{BOOKING_TOOLS, tool_specs};
use crate::providers::llm::{BUILT_IN, Model, Reply, Request, Round, Said, ToolCall, ToolResult, ToolSpec};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::Arc;

/// Rounds of tools in one turn at most.
const ROUNDS: usize = 6;
/// How often a model is told what the guard has against its words.
const OBJECTIONS: usize = 2;

/// One customer at the counter.
#[derive(Debug)]
pub struct Counter {
    /// The name over the door.
    pub business_name: String,
    /// What the owner set.
    pub profile: Arc<Profile>,
    /// What is sold.
    pub menu: Arc<Menu>,
    /// Now.
    pub now: Time,
    /// The customer's name.
    pub contact_name: String,
    /// The customer's language.
    pub language: Lang,
    /// The basket.
    pub draft: Draft,
    /// Orders that are not finished, newest first.
    pub open: Vec<OpenOrder>,
    /// The last finished order.
    pub last_finished: Option<OpenOrder>,
    /// Baskets that were ordered in this talk.
    pub placed: Vec<Draft>,
    /// Numbers of orders cancelled in this talk.
    pub cancelled: Vec<i64>,
    /// Numbers of orders said to be paid in this talk.
    pub paid: Vec<i64>,
    /// Why a person was called, call by call.
    pub persons: Vec<String>,
    /// Tools called in the last turn.
    pub called: Vec<String>,
    /// What the guard has against the last reply: the product would not have sent it.
    pub refused: Vec<String>,
    /// What can be booked, and what is.
    pub desk: Bookings,
    /// The customer has written before today.
    pub returning: bool,
    /// What can be looked up.
    pub documents: Option<Arc<Documents>>,
    /// Questions nothing answered in this talk.
    pub gaps: Vec<String>,
    /// What is remembered of the customer.
    pub facts: Vec<Fact>,
    /// Who answers.
    pub assistant: Option<Arc<Assistant>>,
    /// Reads what words are about.
    pub intents: Option<Arc<dyn ReadsIntents>>,
    memo: Option<String>,
    history: Vec<Said>,
    next: i64,
    tools: Arc<Vec<ToolSpec>>,
}

impl Counter {
    /// A new customer of this business.
    pub fn new(business_name: &str, profile: Arc<Profile>, menu: Arc<Menu>) -> Self {
        Self {
            business_name: business_name.into(),
            profile,
            menu,
            now: Time::parse("2026-11-19T11:00:00Z").unwrap_or_default(),
            contact_name: String::new(),
            language: Lang::En,
            draft: Draft::default(),
            open: Vec::new(),
            last_finished: None,
            placed: Vec::new(),
            cancelled: Vec::new(),
            paid: Vec::new(),
            persons: Vec::new(),
            called: Vec::new(),
            refused: Vec::new(),
            desk: Bookings::default(),
            returning: false,
            documents: None,
            gaps: Vec::new(),
            facts: Vec::new(),
            assistant: None,
            intents: None,
            memo: None,
            history: Vec::new(),
            next: 1042,
            tools: Arc::new(tool_specs()),
        }
    }

    /// The question to the model as it stands.
    pub fn request(&self, texts: &[String], rounds: Vec<Round>) -> Request {
        let briefing = Briefing {
            business_name: self.business_name.clone(),
            profile: self.profile.clone(),
            menu: self.menu.clone(),
            now: self.now,
            contact_name: self.contact_name.clone(),
            language: self.language,
            draft: self.draft.clone(),
            open_orders: self.open.clone(),
            last_finished: self.last_finished.clone(),
            desk: self.desk.desk(),
            bookings: self.desk.mine(self.now),
            returning: self.returning,
            memo: self.memo.clone(),
            facts: self.facts.clone(),
            assistant: self.assistant.clone(),
            intents: self.intents.clone(),
        };
        Request {
            briefing: Arc::new(briefing),
            history: self.history.clone(),
            new: texts.to_vec(),
            rounds,
            objections: Vec::new(),
            tools: self.tools.clone(),
            task: None,
        }
    }

    /// One turn: the customer's texts, the model's tools, the model's words.
    pub fn turn(&mut self, model: &dyn Model, texts: &[String]) -> Result<Reply> {
        self.called.clear();
        let mut rounds: Vec<Round> = Vec::new();
        let mut objected = 0;
        self.refused.clear();
        loop {
            let mut request = self.request(texts, rounds.clone());
            request.objections.clone_from(&self.refused);
            if rounds.len() >= ROUNDS {
                request.tools = Arc::new(Vec::new());
            }
            let reply = ask(model, &request)?;
            self.language = reply.language.unwrap_or(self.language);
            if reply.calls.is_empty() || rounds.len() >= ROUNDS {
                self.refused = against(model, &request, &reply);
                if !self.refused.is_empty() && objected < OBJECTIONS {
                    objected += 1;
                    continue;
                }
                self.memo = reply.memo.clone().or_else(|| self.memo.take());
                self.history.extend(texts.iter().map(|t| Said::Customer { text: t.clone() }));
                self.history.push(Said::Steward { text: reply.text.clone() });
                return Ok(reply);
            }
            let results = reply.calls.iter().map(|c| self.run(c)).collect();
            rounds.push(Round { text: reply.text, results });
            self.refused.clear();
        }
    }

    fn run(&mut self, call: &ToolCall) -> ToolResult {
        self.called.push(call.name.clone());
        let done = self.deed(&call.name, &call.arguments);
        let (ok, output) = match done {
            Ok(v) => (v.get("error").is_none(), v),
            Err(e) => (false, json!({"error": e.message})),
        };
        ToolResult { call: call.clone(), ok, output }
    }

    fn deed(&mut self, name: &str, a: &Value) -> Result<Value> {
        let (menu, profile) = (self.menu.clone(), self.profile.clone());
        if BOOKING_TOOLS.contains(&name) {
            return self.desk.run(name, a, self.now);
        }
        match name {
            "search_menu" => return Ok(self.search(a)),
            "search_knowledge" => return self.look_up(a),
            "add_to_basket" => basket::add(&mut self.draft, &menu, &args(a)?)?,
            "change_line" => basket::change(&mut self.draft, &menu, &args(a)?)?,
            "remove_line" => basket::remove(&mut self.draft, &args(a)?)?,
            "clear_basket" => basket::clear(&mut self.draft),
            "set_fulfilment" => basket::set_fulfilment(&mut self.draft, &profile, &args(a)?)?,
            "note_order" => basket::note_order(&mut self.draft, &args(a)?),
            "place_order" => return self.place(),
            "cancel_order" => return self.cancel(a),
            "report_payment" => return self.report(a),
            "order_status" => return Ok(json!({"orders": self.open.iter().map(|o| self.order(o)).collect::<Vec<_>>()})),
            "call_person" => {
                self.persons.push(a["reason"].as_str().unwrap_or_default().to_owned());
                return Ok(json!({"asked": true}));
            }
            "set_name" => {
                self.contact_name = a["name"].as_str().unwrap_or_default().to_owned();
                return Ok(json!({"name": self.contact_name}));
            }
            "remember" => return self.remember(a),
            "forget" => {
                let forgotten: Vec<Fact> = std::mem::take(&mut self.facts);
                return Ok(json!({"forgotten": forgotten}));
            }
            _ => return Err(Error::invalid("There is no such tool.")),
        }
        Ok(json!({"basket": basket::basket_json(&self.draft, &self.profile)}))
    }

    fn look_up(&mut self, a: &Value) -> Result<Value> {
        let question = a["query"].as_str().unwrap_or_default();
        let looked = self.documents.as_ref().map(|d| d.ask(question)).transpose()?;
        if a["needed"] == true && looked.as_ref().is_none_or(|l| l.answer.is_none()) {
            self.gaps.push(question.to_owned());
        }
        Ok(told(&looked.unwrap_or_default(), self.documents.is_some()))
    }

    fn remember(&mut self, a: &Value) -> Result<Value> {
        let proposals: Vec<Proposal> = args(&a["facts"])?;
        let mut kept = Vec::new();
        for p in proposals {
            let f = Fact {
                id: Id::NIL,
                kind: p.kind,
                text: p.text(),
                detail: p.detail.clone(),
                message_id: None,
                source: "built-in".into(),
                confidence: 90,
                created_at: self.now,
                expires_at: p.expires(self.now),
            };
            self.facts.retain(|o| o.text != f.text);
            kept.push(f.clone());
            self.facts.push(f);
        }
        Ok(json!({"remembered": kept}))
    }

    fn search(&self, a: &Value) -> Value {
        let query = crate::domain::text::fold(a["query"].as_str().unwrap_or_default());
        let hit = |name: &str| query.split_whitespace().any(|w| crate::domain::text::fold(name).contains(w));
        let items: Vec<Value> = self
            .menu
            .items
            .iter()
            .filter(|i| hit(&i.name) || hit(&i.category))
            .take(20)
            .map(|i| {
                let price = Money::new(i.price_minor, self.profile.currency).to_string();
                json!({"id": i.id, "name": i.name, "category": i.category, "price": price, "price_minor": i.price_minor,
                    "available": i.can_sell() != Some(0), "left": i.can_sell(), "options": i.options})
            })
            .collect();
        json!({"items": items, "more": false})
    }

    fn order(&self, o: &OpenOrder) -> Value {
        let total = Money::new(o.total_minor, self.profile.currency).to_string();
        json!({"number": o.number, "reference": o.reference, "status": o.status, "total": total, "total_minor": o.total_minor, "summary": o.summary})
    }

    fn place(&mut self) -> Result<Value> {
        basket::ready_to_place(&self.draft, &self.menu, &self.profile)
            .map_err(|m| Error::conflict(format!("The order is not complete: {m:?}.")))?;
        let number = self.next.max(self.open.iter().map(|o| o.number + 1).max().unwrap_or(0));
        self.next = number + 1;
        let o = OpenOrder {
            id: Id::NIL,
            number,
            reference: reference(u32::try_from(number).unwrap_or(0).wrapping_mul(7919) % 28_000_000),
            status: Status::AwaitingPayment,
            total_minor: basket::total_minor(&self.draft, &self.profile)?,
            summary: self.draft.words(),
        };
        let mut order = self.order(&o);
        order["fulfilment"] = json!(basket::fulfilment_of(&self.draft, &self.profile));
        order["address"] = json!(self.draft.address);
        order["note"] = json!(self.draft.note);
        self.open.insert(0, o);
        self.placed.push(std::mem::take(&mut self.draft));
        Ok(json!({"order": order, "payment_instructions": self.profile.payment_instructions}))
    }

    fn cancel(&mut self, a: &Value) -> Result<Value> {
        let number = a["number"].as_i64().unwrap_or(0);
        let at = self.open.iter().position(|o| o.number == number).ok_or_else(|| Error::not_found("order"))?;
        if self.open[at].status != Status::AwaitingPayment {
            return Err(Error::conflict("A paid order is cancelled by a person."));
        }
        let o = self.open.remove(at);
        self.cancelled.push(number);
        Ok(json!({"order": self.order(&o)}))
    }

    fn report(&mut self, a: &Value) -> Result<Value> {
        let unpaid: Vec<i64> = self.open.iter().filter(|o| o.status == Status::AwaitingPayment).map(|o| o.number).collect();
        let number = match (a["number"].as_i64(), unpaid.as_slice()) {
            (Some(n), _) => n,
            (None, [one]) => *one,
            (None, []) => return Err(Error::conflict("No order waits for payment.")),
            (None, _) => {
                let orders: Vec<Value> = self.open.iter().map(|o| self.order(o)).collect();
                return Ok(json!({"error": "Several orders are open.", "orders": orders}));
            }
        };
        let at = self.open.iter().position(|o| o.number == number).ok_or_else(|| Error::not_found("order"))?;
        self.open[at].status = Status::AwaitingConfirmation;
        self.paid.push(number);
        Ok(json!({"order": self.order(&self.open[at])}))
    }
}

/// What the guard says, as in a turn: the built-in model's turns have no talk before them at hand.
fn against(model: &dyn Model, request: &Request, reply: &Reply) -> Vec<String> {
    let built_in = model.name() == BUILT_IN;
    let results: Vec<&ToolResult> = request.rounds.iter().flat_map(|r| &r.results).collect();
    let said = if built_in { &[] } else { request.history.as_slice() };
    let facts = Facts { briefing: &request.briefing, results: &results, said, new: &request.new, reckoned: &reply.reckoned, built_in };
    objections(&reply.text, &facts)
}

fn args<T: DeserializeOwned>(a: &Value) -> Result<T> {
    serde_json::from_value(a.clone()).map_err(|e| Error::invalid(format!("The arguments do not fit: {e}.")))
}

/// Asks a model: at once when it can, else by waiting. Call it from a thread that may wait.
fn ask(model: &dyn Model, request: &Request) -> Result<Reply> {
    if let Some(reply) = model.propose_now(request) {
        return Ok(reply);
    }
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| Error::internal("No runtime.").with_source(e))?;
    runtime.block_on(model.propose(request, None)).map_err(|e| Error::unavailable(e.to_string()))
}

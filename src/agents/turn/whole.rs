//! A turn that nobody on the network takes part in: one transaction from the look at the rows to the reply.
//!
//! It comes in two parts. What the model proposes first and what the guard says to it need no database, so the turns of one commit are
//! thought of side by side; tools and the reply are written one after the other.

use super::driver::{
    Answer, LOST, Place, Turns, answer_the_rest, begin, conclude, finish, keep_draft, look, request, run_calls, run_tools, weigh,
};
use super::machine::{Next, Turn};
use crate::agents::memory::Scene;
use crate::agents::tools;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::business::Business;
use crate::domain::id::Id;
use crate::domain::shop::draft::Draft;
use crate::domain::time::Time;
use crate::store::at_once::AtOnce;
use crate::store::runs;
use crate::store::tx::{Read, Tx};

/// A turn whose rows were looked at.
struct Begun {
    turn: Turn,
    scene: Scene,
    /// The basket as the row has it.
    stored: Draft,
    /// More may wait than one turn takes up.
    full: bool,
    now: Time,
    next: Next,
}

impl Begun {
    fn look(tx: &Read<'_>, place: &Place, conversation: Id) -> Result<Option<Self>> {
        let Some((mut turn, scene, full)) = begin(tx, place, conversation, false)? else { return Ok(None) };
        turn.fall_back = true;
        let stored = scene.row.state.draft.clone();
        Ok(Some(Self { turn, scene, stored, full, now: tx.now, next: Next::Ask }))
    }

    /// Goes as far as it can without the database: asks the model, fills the basket, asks again.
    fn think(&mut self, place: &Place) {
        loop {
            self.next = match &self.next {
                Next::Ask => self.ask(place),
                Next::Run(calls) if calls.iter().all(|c| tools::only_fills_basket(&c.name)) => {
                    let results = run_calls(place, &mut self.turn, &mut self.scene, calls, tools::fill_basket);
                    self.turn.ran(results)
                }
                _ => return,
            };
        }
    }

    fn ask(&mut self, place: &Place) -> Next {
        let request = request(place, &self.turn, &self.scene, self.now);
        let at = place.us();
        let Some(reply) = place.built_in.propose_now(&request) else {
            return self.turn.no_answer("the built-in model did not answer");
        };
        let model = place.built_in.name().to_owned();
        weigh(place, &mut self.turn, &request, Answer { reply, model, passed_over: vec![] }, at)
    }

    fn finish(mut self, tx: &mut Tx<'_>, place: &Place) -> Result<()> {
        let conversation = self.turn.conversation_id;
        loop {
            self.think(place);
            let Next::Run(calls) = self.next else { break };
            // Tools read the basket from its row, and others of this commit may have bought the last piece meanwhile.
            keep_draft(tx, &self.scene, &self.stored)?;
            self.scene.menu = place.shelf.menu(tx, place.business.id)?;
            let results = run_tools(tx, place, &mut self.turn, &mut self.scene, &calls)?;
            if !calls.iter().all(|c| tools::changes_nothing(&c.name)) {
                self.scene = look(tx, place, conversation)?;
            }
            self.stored.clone_from(&self.scene.row.state.draft);
            self.next = self.turn.ran(results);
        }
        let taken_up_to = self.turn.taken_up_to.clone();
        conclude(tx, place, self.turn, &self.scene, &self.stored, self.next)?;
        // Within one transaction nothing comes in meanwhile.
        if self.full { answer_the_rest(tx, conversation, &taken_up_to) } else { Ok(()) }
    }
}

/// The whole turn in one transaction, for a model that needs no network.
pub(super) fn whole_turn(tx: &mut Tx<'_>, place: &Place, conversation: Id) -> Result<()> {
    // The model on the network that began it was taken away meanwhile.
    runs::close_open_runs(tx, conversation, "stopped", LOST)?;
    match Begun::look(tx, place, conversation)? {
        Some(begun) => begun.finish(tx, place),
        None => finish(tx, place),
    }
}

/// A turn done before the commit of the words it answers ends.
struct Now {
    place: Place,
    /// None when there is nothing to answer.
    begun: Option<Begun>,
}

impl AtOnce for Now {
    fn think(&mut self) {
        if let Some(begun) = &mut self.begun {
            begun.think(&self.place);
        }
    }
    fn finish(self: Box<Self>, tx: &mut Tx<'_>) -> bool {
        let Self { place, begun } = *self;
        begun.map_or(Ok(()), |b| b.finish(tx, &place)).inspect_err(becomes_job).is_ok()
    }
}

fn becomes_job(e: &Error) {
    tracing::warn!(error = %e, "a turn could not be done at once; it is tried as a job");
}

impl Turns {
    /// Begins a turn inside the transaction that stored the words, when nobody on the network has to be asked: one commit instead of
    /// two, and the reply is there when the message is acknowledged. None when it must be done as a job.
    pub fn begin_now(&self, tx: &Read<'_>, business: Business, conversation: Id) -> Option<Box<dyn AtOnce>> {
        if !self.models.surely_none(business.id) {
            return None;
        }
        let place = self.place(business, None);
        let begun = match Begun::look(tx, &place, conversation) {
            // A conversation that was erased in this commit has nothing to answer.
            Err(e) if e.kind == Kind::NotFound => None,
            looked => looked.inspect_err(becomes_job).ok()?,
        };
        Some(Box::new(Now { place, begun }))
    }
}

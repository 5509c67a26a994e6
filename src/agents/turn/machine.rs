//! One turn as a pure, serialisable machine: what a model proposed and what tools answered goes in, what to do next
//! comes out. It knows no database, no clock and no network.

use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::domain::limits;
use crate::domain::time::Time;
use crate::domain::usage::Usage;
use crate::providers::llm::{Reply, Round, Said, ToolCall, ToolResult};
use crate::store::runs::Step;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Rounds of objections before another model must word the reply.
const OBJECTIONS: usize = 2;
/// The same call with the same answer so often is a loop.
const REPEATS: usize = 2;

/// Everything a turn is, at any moment between two effects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// The run it is written down as.
    pub run_id: Id,
    /// The conversation.
    pub conversation_id: Id,
    /// The conversation's number when the turn began; when it moves on, the reply is void.
    pub epoch: i64,
    /// When it began.
    pub started_at: Time,
    /// When it was last written down.
    #[serde(default)]
    pub saved_at: Time,
    /// How long it lay cut off: nobody thought about it then.
    #[serde(default)]
    pub away_ms: i64,
    /// The newest customer message it answers.
    pub taken_up_to: String,
    /// The talk before.
    pub history: Vec<Said>,
    /// The words to answer.
    pub new: Vec<String>,
    /// Rounds of tools done.
    pub rounds: Vec<Round>,
    /// What the guard said to the last proposal.
    pub objections: Vec<String>,
    /// How often it objected.
    pub objected: usize,
    /// The model is out; the built-in one words what was done.
    pub fall_back: bool,
    /// Which model answered last.
    pub model: String,
    /// What was understood.
    pub understood: String,
    /// What the models used.
    pub usage: Usage,
    /// What happened, for the owner.
    pub steps: Vec<Step>,
    /// The rows the last proposal drew on, for "why".
    pub rows: serde_json::Value,
    /// The customer's language before this turn.
    pub language: Lang,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// Ask the model.
    Ask,
    /// Run these calls and tell `ran`.
    Run(Vec<ToolCall>),
    /// Send these words; the turn is over.
    Say(Box<Reply>),
    /// A person must take it, for this reason; the turn is over.
    Person(String),
}

impl Turn {
    /// It was cut off and goes on now.
    pub fn goes_on(&mut self, now: Time) {
        self.away_ms += now.since_ms(self.saved_at.max(self.started_at)).max(0);
    }

    /// What a model proposed; `objections` are the guard's to its words, and empty when there are calls.
    pub fn proposed(&mut self, reply: Reply, objections: Vec<String>, now: Time) -> Next {
        self.usage.add(reply.usage);
        if !reply.understood.is_empty() {
            self.understood.clone_from(&reply.understood);
        }
        let fit = reply.calls.is_empty() && objections.is_empty() && !reply.text.trim().is_empty();
        if fit {
            // It is there: that it came late or was dear is no reason to throw it away.
            return Next::Say(Box::new(reply));
        }
        if let Some(why) = self.over_limit(now) {
            return Next::Person(why);
        }
        if !reply.calls.is_empty() {
            let made: usize = self.rounds.iter().map(|r| r.results.len()).sum();
            if made + reply.calls.len() > limits::TOOL_CALLS_PER_TURN {
                return Next::Person("It took too many steps.".into());
            }
            self.rounds.push(Round { text: reply.text, results: Vec::new() });
            return Next::Run(reply.calls);
        }
        self.object(objections)
    }

    fn object(&mut self, objections: Vec<String>) -> Next {
        self.objected += 1;
        let listed = if objections.is_empty() { vec!["The reply was empty.".to_owned()] } else { objections };
        self.steps.push(Step {
            kind: "guard".into(),
            title: format!("Did not send a reply: {}", listed.join(" ")),
            ok: false,
            at_us: 0,
            took_us: 0,
            detail: json!({ "objections": listed }),
        });
        self.objections = listed;
        match (self.objected > OBJECTIONS, self.fall_back) {
            (false, _) => Next::Ask,
            (true, false) => {
                self.fall_back = true;
                self.objected = 0;
                Next::Ask
            }
            (true, true) => Next::Person("No reply could be made that is true.".into()),
        }
    }

    /// What the calls of the last round answered.
    pub fn ran(&mut self, results: Vec<ToolResult>) -> Next {
        if let Some(round) = self.rounds.last_mut() {
            round.results = results;
        }
        self.objections.clear();
        if self.is_looping() { Next::Person("It went round in circles.".into()) } else { Next::Ask }
    }

    /// No model answered; the built-in one always does, so this is a defect or a limit.
    pub fn no_answer(&mut self, why: &str) -> Next {
        if self.fall_back {
            return Next::Person(why.to_owned());
        }
        self.fall_back = true;
        Next::Ask
    }

    fn over_limit(&self, now: Time) -> Option<String> {
        if now.since_ms(self.started_at) - self.away_ms > limits::TURN_MS {
            return Some("It took too long.".into());
        }
        (self.usage.tokens() > limits::TOKENS_PER_TURN).then(|| "It needed too many words.".into())
    }

    /// The last round's calls, each answered the same way before.
    fn is_looping(&self) -> bool {
        let Some((last, before)) = self.rounds.split_last() else { return false };
        let seen = |r: &ToolResult| {
            let same = |o: &&ToolResult| o.call.name == r.call.name && o.call.arguments == r.call.arguments && o.output == r.output;
            before.iter().flat_map(|b| &b.results).filter(same).count() >= REPEATS
        };
        !last.results.is_empty() && last.results.iter().all(seen)
    }

    /// Every tool result of the turn.
    pub fn results(&self) -> impl Iterator<Item = &ToolResult> {
        self.rounds.iter().flat_map(|r| &r.results)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn() -> Turn {
        Turn {
            run_id: Id::NIL,
            conversation_id: Id::NIL,
            epoch: 0,
            started_at: Time::from_millis(0),
            saved_at: Time::from_millis(0),
            away_ms: 0,
            taken_up_to: String::new(),
            history: vec![],
            new: vec!["hi".into()],
            rounds: vec![],
            objections: vec![],
            objected: 0,
            fall_back: false,
            model: String::new(),
            understood: String::new(),
            usage: Usage::default(),
            steps: vec![],
            rows: serde_json::Value::Null,
            language: Lang::default(),
        }
    }
    fn call(n: i64) -> ToolCall {
        ToolCall { id: n.to_string(), name: "order_status".into(), arguments: json!({ "number": n }) }
    }
    fn calls(n: usize) -> Reply {
        Reply { calls: (0..n).map(|i| call(i64::try_from(i).unwrap())).collect(), ..Reply::default() }
    }

    #[test]
    fn eleven_calls_are_too_many() {
        assert!(matches!(turn().proposed(calls(10), vec![], Time::from_millis(1)), Next::Run(_)));
        assert!(matches!(turn().proposed(calls(11), vec![], Time::from_millis(1)), Next::Person(_)));
    }

    #[test]
    fn a_minute_is_too_long() {
        let say = Reply { text: "Hello".into(), ..Reply::default() };
        assert!(matches!(turn().proposed(calls(1), vec![], Time::from_millis(limits::TURN_MS)), Next::Run(_)));
        assert!(matches!(turn().proposed(calls(1), vec![], Time::from_millis(limits::TURN_MS + 1)), Next::Person(_)));
        // A reply that is in hand is sent.
        assert!(matches!(turn().proposed(say, vec![], Time::from_millis(limits::TURN_MS + 1)), Next::Say(_)));
        let dear = Usage { prompt_tokens: limits::TOKENS_PER_TURN + 1, ..Usage::default() };
        let say = Reply { text: "Hello".into(), usage: dear, ..Reply::default() };
        assert!(matches!(turn().proposed(say.clone(), vec![], Time::from_millis(1)), Next::Say(_)));
        assert!(matches!(turn().proposed(say, vec!["no".into()], Time::from_millis(1)), Next::Person(_)));
    }

    #[test]
    fn the_time_a_turn_lay_cut_off_is_no_thinking() {
        let mut t = turn();
        t.saved_at = Time::from_millis(20_000);
        let again = t.saved_at.plus_ms(3_600_000);
        t.goes_on(again);
        let mut slow = t.clone();
        assert!(matches!(t.proposed(calls(1), vec![], again.plus_ms(limits::TURN_MS - 20_000)), Next::Run(_)));
        assert!(matches!(slow.proposed(calls(1), vec![], again.plus_ms(limits::TURN_MS - 19_999)), Next::Person(_)));
    }

    #[test]
    fn circles_are_noticed() {
        let mut t = turn();
        for n in 0.. {
            let Next::Run(c) = t.proposed(calls(1), vec![], Time::from_millis(1)) else { panic!("round {n}") };
            let results = c.into_iter().map(|call| ToolResult { call, ok: true, output: json!({}) }).collect();
            match t.ran(results) {
                Next::Ask => assert!(n < 2),
                Next::Person(_) => return assert_eq!(n, 2),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn words_the_guard_refuses_are_never_said() {
        let mut t = turn();
        let lie = || Reply { text: "It is paid".into(), ..Reply::default() };
        let mut asked = 0;
        loop {
            match t.proposed(lie(), vec!["no".into()], Time::from_millis(1)) {
                Next::Ask => asked += 1,
                Next::Person(_) => break,
                other => panic!("{other:?}"),
            }
        }
        assert!(t.fall_back && asked == 5, "{asked}");
    }

    #[test]
    fn a_turn_survives_being_written_down() {
        let mut t = turn();
        t.proposed(calls(2), vec![], Time::from_millis(1));
        let text = serde_json::to_string(&t).unwrap();
        assert_eq!(serde_json::from_str::<Turn>(&text).unwrap(), t);
    }
}

//! Puts a reply together from the fragments a provider streams. The same for all wire formats.

use crate::domain::usage::Usage;
use crate::providers::llm::{ModelError, Reply, Sink, ToolCall};
use serde_json::Value;

/// Why a model stopped, in our words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// It was done, or wants tools.
    Done,
    /// It ran into the token limit: what there is ends in the middle.
    Length,
    /// The provider or the model will not answer this.
    Filtered,
}

#[derive(Debug, Default)]
struct Slot {
    index: u64,
    id: String,
    name: String,
    arguments: String,
}

/// A reply in the making.
pub(super) struct Assembly<'a> {
    sink: Option<&'a Sink>,
    text: String,
    thinking: Thinking,
    slots: Vec<Slot>,
    /// Tokens as the provider reports them.
    pub usage: Usage,
    /// Why it stopped, once it has said so.
    pub stop: Option<Stop>,
}

impl<'a> Assembly<'a> {
    pub fn new(sink: Option<&'a Sink>) -> Self {
        Self { sink, text: String::new(), thinking: Thinking::default(), slots: Vec::new(), usage: Usage::default(), stop: None }
    }
    /// More words. Goes to the sink at once, except what a model thinks aloud.
    pub fn words(&mut self, more: &str) {
        let said = self.thinking.filter(more);
        if said.is_empty() {
            return;
        }
        self.text.push_str(&said);
        if let Some(sink) = self.sink {
            // Nobody may be watching any more; the reply itself is still wanted.
            let _ = sink.send(said);
        }
    }
    /// More of a tool call. Id and name come with the first fragment only; servers that leave `index` out, or give each
    /// whole call the same one, are understood by the change of id.
    pub fn call(&mut self, index: Option<u64>, id: &str, name: &str, arguments: &str) {
        let known = match index {
            Some(i) => self.slots.iter().rposition(|s| s.index == i),
            None => self.slots.len().checked_sub(1),
        };
        let same = known.filter(|&at| id.is_empty() || self.slots[at].id.is_empty() || self.slots[at].id == id);
        let at = same.unwrap_or_else(|| {
            self.slots.push(Slot { index: index.unwrap_or(0), ..Slot::default() });
            self.slots.len() - 1
        });
        let slot = &mut self.slots[at];
        if slot.id.is_empty() {
            id.clone_into(&mut slot.id);
        }
        if slot.name.is_empty() {
            name.clone_into(&mut slot.name);
        }
        slot.arguments.push_str(arguments);
    }
    /// The finished reply, or why it cannot be used. `prompt_guess` stands in for tokens the provider did not report.
    pub fn into_reply(mut self, prompt_guess: u64) -> Result<Reply, ModelError> {
        let rest = self.thinking.rest();
        self.text.push_str(&rest);
        match self.stop {
            None => return Err(ModelError::Away("the answer was cut off".into())),
            Some(Stop::Length) => return Err(ModelError::Away("the answer was cut at the token limit".into())),
            Some(Stop::Filtered) => return Err(ModelError::Refused("the model will not answer this".into())),
            Some(Stop::Done) => {}
        }
        let written: usize = self.text.len() + self.slots.iter().map(|s| s.arguments.len() + s.name.len()).sum::<usize>();
        let calls = self.slots.into_iter().enumerate().map(|(n, s)| call_of(n, s)).collect::<Result<Vec<_>, _>>()?;
        let text = self.text.trim().to_owned();
        if text.is_empty() && calls.is_empty() {
            return Err(ModelError::Away("the answer was empty".into()));
        }
        let mut usage = self.usage;
        if usage.prompt_tokens == 0 {
            usage.prompt_tokens = prompt_guess;
        }
        if usage.completion_tokens == 0 {
            usage.completion_tokens = written as u64 / 4 + 1;
        }
        Ok(Reply { text, calls, usage, ..Reply::default() })
    }
}

/// Arguments that are not JSON stay as text: the tool's own check tells the model so, and it can mend them.
fn call_of(n: usize, slot: Slot) -> Result<ToolCall, ModelError> {
    if slot.name.is_empty() {
        return Err(ModelError::Away("a tool call came without a name".into()));
    }
    let arguments = match slot.arguments.trim() {
        "" => Value::Object(serde_json::Map::new()),
        raw => serde_json::from_str(raw).unwrap_or_else(|_| Value::String(raw.to_owned())),
    };
    let id = if slot.id.is_empty() { format!("call_{n}") } else { slot.id };
    Ok(ToolCall { id, name: slot.name, arguments })
}

/// Leaves out a leading `<think>…</think>`, which some open models write into their answer.
#[derive(Debug, Default)]
struct Thinking {
    held: String,
    state: Think,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Think {
    #[default]
    Beginning,
    Inside,
    Over,
}

impl Thinking {
    fn filter(&mut self, more: &str) -> String {
        if self.state == Think::Over {
            return more.to_owned();
        }
        self.held.push_str(more);
        if self.state == Think::Beginning {
            let begun = self.held.trim_start();
            if begun.len() < OPEN.len() && OPEN.starts_with(begun) {
                return String::new();
            }
            if !begun.starts_with(OPEN) {
                self.state = Think::Over;
                return std::mem::take(&mut self.held);
            }
            self.state = Think::Inside;
        }
        let Some(at) = self.held.find(CLOSE) else { return String::new() };
        self.state = Think::Over;
        let said = self.held.get(at + CLOSE.len()..).unwrap_or_default().trim_start().to_owned();
        self.held.clear();
        said
    }
    /// What was held back and turned out to be words after all.
    fn rest(&mut self) -> String {
        if self.state == Think::Beginning { std::mem::take(&mut self.held) } else { String::new() }
    }
}

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn done<'a>() -> Assembly<'a> {
        Assembly { stop: Some(Stop::Done), ..Assembly::new(None) }
    }

    #[test]
    fn calls_are_put_together_by_index_or_by_id() {
        let mut a = done();
        a.call(Some(0), "c1", "add", "");
        a.call(Some(1), "c2", "see", "{}");
        a.call(Some(0), "", "", "{\"n\":");
        a.call(Some(0), "", "", "2}");
        let calls = a.into_reply(0).unwrap().calls;
        assert_eq!((calls[0].name.as_str(), &calls[0].arguments["n"]), ("add", &serde_json::json!(2)));
        assert_eq!(calls[1].id, "c2");
        for index in [None, Some(0)] {
            let mut a = done();
            a.call(index, "c1", "add", "{\"n\":1}");
            a.call(index, "c2", "add", "{\"n\":");
            a.call(index, "", "", "2}");
            let calls = a.into_reply(0).unwrap().calls;
            assert_eq!(calls.len(), 2, "{index:?}");
            assert_eq!(calls[1].arguments["n"], 2);
        }
    }

    #[test]
    fn broken_arguments_stay_text_and_empty_answers_are_no_answers() {
        let mut a = done();
        a.call(None, "", "add", "{\"n\":");
        let calls = a.into_reply(0).unwrap().calls;
        assert_eq!((calls[0].id.as_str(), &calls[0].arguments), ("call_0", &Value::String("{\"n\":".into())));
        assert!(matches!(done().into_reply(0), Err(ModelError::Away(_))));
        assert!(matches!(Assembly::new(None).into_reply(0), Err(ModelError::Away(_))));
    }

    proptest! {
        /// However it is cut, thinking is left out and the words are all there.
        #[test]
        fn thinking_is_left_out(words in "[a-z <]{0,20}", think: bool, size in 1usize..9) {
            let words = format!("x{words}");
            let text = if think { format!("<think>SECRET {words}</think>\n{words}") } else { words.clone() };
            let (tx, mut rx) = tokio::sync::mpsc::unbounded_channel();
            let mut a = Assembly { stop: Some(Stop::Done), ..Assembly::new(Some(&tx)) };
            let chars: Vec<char> = text.chars().collect();
            for piece in chars.chunks(size) {
                a.words(&piece.iter().collect::<String>());
            }
            prop_assert_eq!(a.into_reply(0).unwrap().text, words.trim());
            let mut seen = String::new();
            while let Ok(p) = rx.try_recv() { seen.push_str(&p) }
            // In capitals, which the words around it cannot hold by chance.
            prop_assert!(!seen.contains("SECRET"), "{}", seen);
        }
    }
}

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
    /// Arguments that came whole with the name.
    given: String,
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
        let (anew, said) = self.thinking.filter(more);
        // Nobody may be watching any more; the reply itself is still wanted.
        let show = |words: String| self.sink.map(|sink| sink.send(words));
        if anew {
            self.text.clear();
            show(String::new());
        }
        if !said.is_empty() {
            self.text.push_str(&said);
            show(said);
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
    /// Arguments that came whole with the name of a call; what follows in fragments counts more.
    pub fn given(&mut self, arguments: String) {
        if let Some(slot) = self.slots.last_mut() {
            slot.given = arguments;
        }
    }
    fn written(&self) -> usize {
        self.text.len() + self.slots.iter().map(|s| s.arguments.len() + s.name.len()).sum::<usize>()
    }
    /// What the provider counted, or what it must be about.
    fn counted(&self, prompt_guess: u64) -> Usage {
        let mut usage = self.usage;
        if usage.prompt_tokens == 0 {
            usage.prompt_tokens = prompt_guess;
        }
        if usage.completion_tokens == 0 {
            usage.completion_tokens = self.written() as u64 / 4 + 1;
        }
        usage
    }
    /// An error in the middle of an answer, with what was read and written until then.
    pub fn broken(self, error: ModelError, prompt_guess: u64) -> ModelError {
        let begun = self.written() > 0 || self.usage.tokens() > 0;
        if begun { error.billed(self.counted(prompt_guess)) } else { error }
    }
    /// The finished reply, or why it cannot be used. `prompt_guess` stands in for tokens the provider did not report.
    pub fn into_reply(mut self, prompt_guess: u64) -> Result<Reply, ModelError> {
        let rest = self.thinking.rest();
        self.text.push_str(&rest);
        let usage = self.counted(prompt_guess);
        match self.stop {
            None => return Err(self.broken(ModelError::Away("the answer was cut off".into()), prompt_guess)),
            Some(Stop::Length) => return Err(ModelError::Cut("the answer was cut at the token limit".into()).billed(usage)),
            Some(Stop::Filtered) => return Err(ModelError::Declined("the model will not answer this".into()).billed(usage)),
            Some(Stop::Done) => {}
        }
        let calls = self.slots.into_iter().enumerate().map(|(n, s)| call_of(n, s)).collect::<Result<Vec<_>, _>>();
        let calls = calls.map_err(|e| e.billed(usage))?;
        let text = self.text.trim().to_owned();
        if text.is_empty() && calls.is_empty() {
            return Err(ModelError::Away("the answer was empty".into()).billed(usage));
        }
        if calls.is_empty() && is_control(&text) {
            return Err(ModelError::Away("the answer holds a model's own marks".into()).billed(usage));
        }
        Ok(Reply { text, calls, usage, ..Reply::default() })
    }
}

/// Whether words hold what a model says to its server: a call written as text, marks of its template.
fn is_control(text: &str) -> bool {
    const MARKS: [&str; 9] =
        ["<tool_call", "</tool_call", "<function=", "</function", "<invoke", "<|", "|>", "[TOOL_CALLS]", "<tool_response"];
    let call = || {
        let has = |key: &str| text.contains(&format!("\"{key}\""));
        text.contains('{') && has("name") && (has("arguments") || has("parameters"))
    };
    MARKS.iter().any(|m| text.contains(m)) || call()
}

/// Arguments that are not JSON stay as text: the tool's own check tells the model so, and it can mend them.
fn call_of(n: usize, slot: Slot) -> Result<ToolCall, ModelError> {
    if slot.name.is_empty() {
        return Err(ModelError::Away("a tool call came without a name".into()));
    }
    let said = if slot.arguments.trim().is_empty() { &slot.given } else { &slot.arguments };
    let arguments = match said.trim() {
        "" => Value::Object(serde_json::Map::new()),
        raw => serde_json::from_str(raw).unwrap_or_else(|_| Value::String(raw.to_owned())),
    };
    let id = if slot.id.is_empty() { format!("call_{n}") } else { slot.id };
    Ok(ToolCall { id, name: slot.name, arguments })
}

/// Leaves out what a model thinks aloud, wherever it stands: `<think>…</think>` and its like, and all that is before a close nobody opened.
#[derive(Debug, Default)]
struct Thinking {
    held: String,
    inside: bool,
}

const OPEN: [&str; 3] = ["<think>", "<thinking>", "<reasoning>"];
const CLOSE: [&str; 3] = ["</think>", "</thinking>", "</reasoning>"];

/// Where the first of these marks stands, and where it ends.
fn first_of(text: &str, marks: &[&str]) -> Option<(usize, usize)> {
    marks.iter().filter_map(|m| text.find(m).map(|at| (at, at + m.len()))).min()
}

/// How much of the end of a text may be the beginning of one of these marks.
fn maybe(text: &str, marks: &[&str]) -> usize {
    let begins = |n: &usize| text.get(text.len() - n..).is_some_and(|end| marks.iter().any(|m| m.len() > *n && m.starts_with(end)));
    (1..=text.len().min(11)).rev().find(begins).unwrap_or(0)
}

impl Thinking {
    /// The words among what came; and whether all said before was thought, too.
    fn filter(&mut self, more: &str) -> (bool, String) {
        self.held.push_str(more);
        let (mut anew, mut said) = (false, String::new());
        loop {
            if self.inside {
                let Some((_, end)) = first_of(&self.held, &CLOSE) else {
                    let kept = maybe(&self.held, &CLOSE);
                    self.held.drain(..self.held.len() - kept);
                    return (anew, said);
                };
                self.held.drain(..end);
                self.inside = false;
                continue;
            }
            match (first_of(&self.held, &OPEN), first_of(&self.held, &CLOSE)) {
                (Some((at, end)), close) if close.is_none_or(|c| at < c.0) => {
                    said.push_str(&self.held[..at]);
                    self.held.drain(..end);
                    self.inside = true;
                }
                (_, Some((_, end))) => {
                    self.held.drain(..end);
                    said.clear();
                    anew = true;
                }
                _ => {
                    let kept = maybe(&self.held, &OPEN).max(maybe(&self.held, &CLOSE));
                    let rest = self.held.split_off(self.held.len() - kept);
                    said.push_str(&std::mem::replace(&mut self.held, rest));
                    return (anew, said);
                }
            }
        }
    }
    /// What was held back and turned out to be words after all.
    fn rest(&mut self) -> String {
        if self.inside { String::new() } else { std::mem::take(&mut self.held) }
    }
}

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
        assert!(matches!(done().into_reply(0).map_err(|e| e.apart()), Err((ModelError::Away(_), used)) if used.completion_tokens == 1));
        assert!(matches!(Assembly::new(None).into_reply(0), Err(ModelError::Away(_))));
    }

    fn said(text: &str) -> Result<String, ModelError> {
        let mut a = done();
        a.words(text);
        a.into_reply(7).map(|r| r.text).map_err(|e| e.apart().0)
    }

    #[test]
    fn what_is_thought_anywhere_is_left_out() {
        assert_eq!(said("I must greet them.</think>Hello!").unwrap(), "Hello!");
        assert_eq!(said("Hello <thinking>a customer</thinking>there").unwrap(), "Hello there");
        assert_eq!(said("<reasoning>x</reasoning><think>y</think> Hi").unwrap(), "Hi");
        assert!(said("<think>never closed").is_err());
        let (tx, mut rx) = tokio::sync::mpsc::unbounded_channel();
        let mut a = Assembly { stop: Some(Stop::Done), ..Assembly::new(Some(&tx)) };
        ["They wait. ", "</thi", "nk>", "Hello!"].iter().for_each(|w| a.words(w));
        let mut seen = Vec::new();
        while let Ok(p) = rx.try_recv() {
            seen.push(p);
        }
        assert_eq!(seen, ["They wait. ", "", "Hello!"], "what was shown is withdrawn");
        assert_eq!(a.into_reply(0).unwrap().text, "Hello!");
    }

    #[test]
    fn a_models_own_marks_are_no_words() {
        for text in [
            "<tool_call>{\"name\": \"add_to_basket\"}</tool_call>",
            "Sure! <function=add_to_basket>{}</function>",
            "{\"name\":\"add_to_basket\",\"arguments\":{\"lines\":[]}}",
            "<|start|>assistant Hello",
            "Hello<|im_end|>",
        ] {
            assert!(matches!(said(text), Err(ModelError::Away(_))), "{text}");
        }
        assert!(said("Your name is Ada, and 3 < 5.").is_ok());
    }

    #[test]
    fn what_cannot_be_used_is_paid_for() {
        let of = |stop| {
            let mut a = Assembly { stop, usage: Usage { prompt_tokens: 40, completion_tokens: 20, cost_micros: 0 }, ..Assembly::new(None) };
            a.words("Two jo");
            a.into_reply(7).unwrap_err().apart()
        };
        assert!(matches!(of(Some(Stop::Length)), (ModelError::Cut(_), used) if used.tokens() == 60));
        assert!(matches!(of(Some(Stop::Filtered)), (ModelError::Declined(_), used) if used.tokens() == 60));
        assert!(matches!(of(None), (ModelError::Away(_), used) if used.tokens() == 60));
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

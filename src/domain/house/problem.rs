//! What a provider's refusal means once nothing is tried any more.

use super::message::Problem;

impl Problem {
    /// The same once nothing is tried any more: what a code means speaks of waiting where that is what we do.
    #[must_use]
    pub fn for_good(mut self) -> Self {
        const WAITING: [&str; 7] = [
            "The message waits and is tried again by itself, slower.",
            "The message waits and is tried again by itself in about a minute.",
            "The message waits and is tried again by itself.",
            "It waits and is tried again by itself.",
            "Messages wait and are tried again by themselves.",
            "Messages wait; correct it.",
            "Messages wait.",
        ];
        if let Some(waits) = WAITING.iter().find(|w| self.meaning.contains(**w)) {
            self.meaning = self.meaning.replacen(waits, "It was not sent.", 1);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::house::message::ProblemClass;

    #[test]
    fn nothing_is_promised_that_is_not_done() {
        let of = |meaning: &str| {
            Problem { code: 0, detail: String::new(), meaning: meaning.into(), class: ProblemClass::Other }.for_good().meaning
        };
        assert_eq!(of("The token has ended. Messages wait. Make a new one."), "The token has ended. It was not sent. Make a new one.");
        assert_eq!(of("It is busy. The message waits and is tried again by itself, slower."), "It is busy. It was not sent.");
        assert_eq!(of("The number does not exist."), "The number does not exist.");
    }
}

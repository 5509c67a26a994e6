//! Words cut into sentences and folded tokens, for rules that ask who did what.

use crate::domain::text::fold;
use std::ops::Range;

/// A word of a sentence.
#[derive(Debug)]
pub(super) struct Token {
    /// Folded, without apostrophes: "we've" is "weve".
    pub(super) text: String,
    /// Where it begins in the words.
    pub(super) at: usize,
    /// Which clause it is in: commas, dashes, colons and brackets end one.
    pub(super) clause: usize,
}

/// A sentence.
#[derive(Debug)]
pub(super) struct Sentence {
    /// Where it stands in the words.
    pub(super) at: Range<usize>,
    pub(super) tokens: Vec<Token>,
    /// It ends in a question mark.
    asks: bool,
}

impl Sentence {
    /// Whether it is one clause of a question: "Your order is placed, anything else?" asks only at its end.
    pub(super) fn asks_in(&self, token: usize) -> bool {
        self.asks && self.tokens.last().is_some_and(|last| last.clause == self.tokens[token].clause)
    }
    /// Where a phrase of folded words with blanks between them stands, word for word; "$" is the end of a clause, "stem*" any ending.
    pub(super) fn find<'a>(&'a self, phrase: &'a str) -> impl Iterator<Item = usize> + 'a {
        (0..self.tokens.len()).filter(move |at| self.is_at(*at, phrase))
    }
    /// Whether a phrase begins at this token.
    pub(super) fn is_at(&self, at: usize, phrase: &str) -> bool {
        for (i, word) in (at..).zip(phrase.split(' ')) {
            let here = self.tokens.get(i);
            if word == "$" {
                return here.is_none_or(|t| t.clause != self.tokens[i - 1].clause);
            }
            let Some(t) = here else { return false };
            let fits = word.strip_suffix('*').map_or_else(|| t.text == word, |stem| t.text.starts_with(stem));
            if !fits {
                return false;
            }
        }
        true
    }
    /// Whether any phrase of a list stands in a clause that states something.
    pub(super) fn states(&self, list: &str) -> bool {
        list.split('|').any(|p| self.find(p).any(|at| !self.asks_in(at)))
    }
    /// Whether any phrase of a list ("a|b c") stands in it.
    pub(super) fn has(&self, list: &str) -> bool {
        list.split('|').any(|p| self.find(p).next().is_some())
    }
}

/// The sentences of some words.
pub(super) fn sentences(words: &str) -> Vec<Sentence> {
    let mut out = Vec::new();
    let mut from = 0;
    for (i, c) in words.char_indices() {
        let next = words[i + c.len_utf8()..].chars().next();
        let ends = match c {
            '\n' | ';' | '؛' => true,
            // The point of "3.5" and of "evil.example" ends nothing.
            '.' => next.is_none_or(|n| !n.is_alphanumeric()),
            '!' | '?' | '؟' | '…' | '。' => true,
            _ => false,
        };
        if ends {
            let end = i + c.len_utf8();
            push(words, from..end, &mut out);
            from = end;
        }
    }
    push(words, from..words.len(), &mut out);
    out
}

fn push(words: &str, at: Range<usize>, out: &mut Vec<Sentence>) {
    let text = &words[at.clone()];
    let mut tokens: Vec<Token> = Vec::new();
    let (mut clause, mut start) = (0, None);
    let end_token = |start: &mut Option<usize>, end: usize, clause: usize, tokens: &mut Vec<Token>| {
        if let Some(from) = start.take() {
            let mut folded = fold(&text[from..end]);
            folded.retain(|c| !matches!(c, '\'' | '’' | '‘' | 'ʼ'));
            if !folded.is_empty() {
                tokens.push(Token { text: folded, at: at.start + from, clause });
            }
        }
    };
    for (i, c) in text.char_indices() {
        let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        // "3,500" is one word, and "19:30" ends no clause.
        let between = digit(text[..i].chars().next_back()) && digit(text[i + c.len_utf8()..].chars().next());
        let inside = between && matches!(c, ',' | '.') || c.is_alphanumeric() || matches!(c, '\'' | '’' | '‘' | 'ʼ') || is_mark(c);
        if inside {
            start.get_or_insert(i);
            continue;
        }
        end_token(&mut start, i, clause, &mut tokens);
        if !between && matches!(c, ',' | ':' | '(' | ')' | '–' | '—' | '،' | '"' | '“' | '”') || c == '-' && text[i + 1..].starts_with(' ')
        {
            clause += 1;
        }
    }
    end_token(&mut start, text.len(), clause, &mut tokens);
    if !tokens.is_empty() {
        let asks = text.trim_end().ends_with(['?', '؟']);
        out.push(Sentence { at, tokens, asks });
    }
}

/// Marks over and under letters belong to their word.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036f}' | '\u{0640}' | '\u{064b}'..='\u{065f}' | '\u{0670}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_cut_at_their_ends() {
        let all = sentences("We've 2.5 kg, at evil.example/pay! Is it so?\nYes");
        assert_eq!(all.len(), 3);
        assert_eq!(all[0].tokens[0].text, "weve");
        assert!(all[1].asks && !all[2].asks);
        let s = &sentences("Your order is in, confirmed")[0];
        assert!(s.has("x|order is in $") && s.has("confirm*") && s.has("order is"));
        assert_eq!(s.find("confirmed").next(), Some(4));
        let s = &sentences("It is there, shall I add it?")[0];
        assert!(s.states("is there") && !s.states("add it") && s.has("add it"));
    }

    proptest::proptest! {
        #[test]
        fn never_panics(words in ".*") {
            for s in sentences(&words) {
                let _ = (s.has("is in $|order*"), &words[s.at.clone()]);
            }
        }
    }
}

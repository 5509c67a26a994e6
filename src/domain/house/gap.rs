//! Questions nothing answered: which of them ask the same, and what looks like a question at all.

use crate::domain::text::fold;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Questions that ask the same, by their places in the list.
pub type Cluster = Vec<usize>;

/// Two questions this near ask the same. Cosine of the built-in model, where other words for the same thing mostly lie above it
/// and questions about other things below.
const SAME: f32 = 0.62;

/// Groups questions by meaning, in the order of their first member; a question without a vector stands alone.
pub fn clusters(vectors: &[Option<Vec<f32>>]) -> Vec<Cluster> {
    let mut out: Vec<Cluster> = Vec::new();
    for (i, v) in vectors.iter().enumerate() {
        let near = |c: &Cluster| {
            c.iter()
                .filter_map(|k| vectors.get(*k).and_then(Option::as_ref))
                .map(|o| cosine(v.as_deref().unwrap_or_default(), o))
                .fold(f32::MIN, f32::max)
        };
        let best = out.iter().enumerate().map(|(n, c)| (n, near(c))).max_by(|a, b| a.1.total_cmp(&b.1));
        match best.filter(|(_, near)| *near >= SAME).and_then(|(n, _)| out.get_mut(n)) {
            Some(cluster) => cluster.push(i),
            None => out.push(vec![i]),
        }
    }
    out
}

/// The cosine of two vectors; 0 when either says nothing.
pub fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
    let size = (dot(a, a) * dot(b, b)).sqrt();
    if size > 0.0 && a.len() == b.len() { dot(a, b) / size } else { 0.0 }
}

/// Words questions begin with, in the languages customers write.
static OPENERS: LazyLock<HashSet<&str>> = LazyLock::new(|| OPENING.split_whitespace().collect());
const OPENING: &str = "what whats when where who whom whose which why how is are am was were do does did can could will would shall should may \
    must has have any if wetin wey una abeg dey fit se nje kini nibo bawo elo nigba tani ki kilode me yaya ina yaushe nawa wa shin akwai kuna za \
    gini kedu ebee olee onye enwere unu que cual cuando donde quien como cuanto hay puedo tienen tiene es est quel quelle quand ou qui comment combien \
    peut avez qual quando onde quem quanto posso tem je mna mko naweza mnaweza nini wapi lini vipi هل اين وين فين متي كم ماذا كيف عندكم لديكم ايش شو";

/// Whether a text asks something: a question mark, or a word questions begin with.
pub fn is_question(text: &str) -> bool {
    if text.contains('?') || !text.is_ascii() && text.contains(['¿', '؟', '？']) {
        return true;
    }
    let folded = fold(text);
    let first: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).take(3).collect();
    first.len() == 3 && first.iter().take(2).any(|w| OPENERS.contains(w))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_like_comes_together() {
        let v = |a: f32, b: f32| Some(vec![a, b]);
        assert_eq!(clusters(&[v(1.0, 0.0), v(0.0, 1.0), v(0.9, 0.1), None]), [vec![0, 2], vec![1], vec![3]]);
    }

    #[test]
    fn questions_are_told_from_orders() {
        for q in [
            "can I bring my dog",
            "Is breakfast included?",
            "parking?",
            "hay desayuno en el hotel",
            "akwai wurin ajiye mota",
            "so what time is check in",
        ] {
            assert!(is_question(q), "{q}");
        }
        for s in ["2 jollof rice", "thank you so much", "ok", "send it now now", "asdf gh jkl"] {
            assert!(!is_question(s), "{s}");
        }
    }
}

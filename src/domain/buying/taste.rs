//! The owner's taste, learned from choices: which of two offers was taken says what counts. Explained by the choices themselves.
//!
//! A Bradley-Terry model over the difference of features, fitted anew from all choices by gradient steps towards a prior (the starting
//! weights). Weights are kept at zero or above and sum to one, so that they can be shown as parts of a hundred.

use serde::{Deserialize, Serialize};

/// What offers are scored by: word and title.
pub const FEATURES: [(&str, &str); 6] = [
    ("price", "Price"),
    ("speed", "Speed"),
    ("quality", "Quality"),
    ("reliability", "Reliability"),
    ("certificates", "Certificates"),
    ("nearness", "Nearness"),
];

const START: [f64; FEATURES.len()] = [0.40, 0.15, 0.15, 0.20, 0.05, 0.05];
/// Passes over the choices.
const PASSES: usize = 200;
/// Size of a step.
const RATE: f64 = 0.15;
/// How strongly a pass is drawn back to the start.
const PULL: f64 = 0.004;
/// Features are told apart on a scale of so many points.
const SCALE: f64 = 12.0;

/// One choice: taken over left, each with its features from 0 to 100.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// Of the offer that was taken.
    pub taken: [f64; FEATURES.len()],
    /// Of one that was left.
    pub left: [f64; FEATURES.len()],
    /// Who was taken.
    pub taken_name: String,
    /// Who was left.
    pub left_name: String,
}

/// The weights, and the choices they come from.
#[derive(Debug, Clone, PartialEq)]
pub struct Taste {
    /// One for each of [`FEATURES`]; they sum to one.
    pub weights: [f64; FEATURES.len()],
    /// How many choices they come from.
    pub choices: usize,
}

impl Default for Taste {
    fn default() -> Self {
        Self { weights: START, choices: 0 }
    }
}

impl Taste {
    /// Learns from all choices, oldest first. The same choices give the same weights.
    pub fn learn(choices: &[Choice]) -> Self {
        let mut w = START;
        for _ in 0..PASSES {
            for c in choices {
                let d: Vec<f64> = c.taken.iter().zip(&c.left).map(|(t, l)| (t - l) / 100.0).collect();
                let lead: f64 = w.iter().zip(&d).map(|(w, d)| w * d).sum::<f64>() * SCALE;
                let wrong = 1.0 / (1.0 + lead.exp());
                for (w, d) in w.iter_mut().zip(&d) {
                    *w += RATE * wrong * d;
                }
                draw_back(&mut w);
            }
        }
        Self { weights: w, choices: choices.len() }
    }

    /// The score of an offer's features, of 100.
    pub fn score(&self, features: &[f64; FEATURES.len()]) -> f64 {
        self.weights.iter().zip(features).map(|(w, f)| w * f).sum()
    }

    /// Weights in hundredths, with their titles.
    pub fn percents(&self) -> Vec<(&'static str, i64)> {
        #[expect(clippy::cast_possible_truncation, reason = "weights are between 0 and 1")]
        let percent = |w: &f64| (w * 100.0).round() as i64;
        FEATURES.iter().zip(&self.weights).map(|((_, title), w)| (*title, percent(w))).collect()
    }
}

fn draw_back(w: &mut [f64; FEATURES.len()]) {
    for (w, s) in w.iter_mut().zip(START) {
        *w = (*w + PULL * (s - *w)).max(0.0);
    }
    let sum: f64 = w.iter().sum();
    if sum > 0.0 {
        w.iter_mut().for_each(|w| *w /= sum);
    } else {
        *w = START;
    }
}

impl Choice {
    /// "Took Adeyemi Farms over Mile 12: better reliability, though dearer."
    pub fn words(&self) -> String {
        let mut diffs: Vec<(f64, &str)> =
            FEATURES.iter().zip(self.taken.iter().zip(&self.left)).map(|((_, title), (t, l))| (t - l, *title)).collect();
        diffs.sort_by(|a, b| b.0.total_cmp(&a.0));
        let best = diffs.first().filter(|(d, _)| *d >= 1.0).map(|(_, t)| format!("better {}", t.to_lowercase()));
        let worst = diffs.last().filter(|(d, _)| *d <= -1.0).map(|(_, t)| format!("though worse {}", t.to_lowercase()));
        let said: Vec<String> = best.into_iter().chain(worst).collect();
        let tail = if said.is_empty() { String::new() } else { format!(": {}", said.join(", ")) };
        format!("Took {} over {}{tail}.", self.taken_name, self.left_name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::buying::simulate::Dice;

    fn offer(dice: &mut Dice) -> [f64; 6] {
        std::array::from_fn(|_| f64::from(i32::try_from(dice.roll(0, 100)).unwrap()))
    }

    /// For each feature: an owner who always takes the offer that is better in it; the sixth ranking agrees.
    #[test]
    fn after_five_choices_the_sixth_ranking_agrees() {
        for (feature, (name, ..)) in FEATURES.iter().enumerate() {
            let (mut agreed, rounds) = (0, 200);
            for seed in 0..rounds {
                let mut dice = Dice::new(seed);
                let choices: Vec<Choice> = (0..5).map(|_| clear_choice(&mut dice, feature)).collect();
                let taste = Taste::learn(&choices);
                let sixth = clear_choice(&mut dice, feature);
                agreed += u64::from(taste.score(&sixth.taken) > taste.score(&sixth.left));
            }
            assert!(agreed * 100 >= rounds * 97, "{name}: {agreed} of {rounds}");
        }
    }

    /// The better one leads by 40 points in what the owner looks at; the other is a little better in everything else.
    fn clear_choice(dice: &mut Dice, feature: usize) -> Choice {
        let mut taken = offer(dice);
        let mut left = taken.map(|f| (f + 10.0).min(100.0));
        taken[feature] = 80.0;
        left[feature] = 40.0;
        Choice { taken, left, taken_name: "A".into(), left_name: "B".into() }
    }

    #[test]
    fn weights_stay_a_whole_and_no_choices_change_nothing() {
        assert_eq!(Taste::learn(&[]), Taste::default());
        let mut dice = Dice::new(3);
        let choices: Vec<Choice> = (0..40).map(|n| clear_choice(&mut dice, n % 6)).collect();
        let t = Taste::learn(&choices);
        assert!((t.weights.iter().sum::<f64>() - 1.0).abs() < 1e-9 && t.weights.iter().all(|w| *w >= 0.0));
        assert!(choices[1].words().starts_with("Took A over B: better speed"), "{}", choices[1].words());
    }
}

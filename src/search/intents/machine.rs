//! A linear support vector machine, one class against the rest, by dual coordinate descent (Hsieh et al. 2008, "A Dual Coordinate
//! Descent Method for Large-scale Linear SVM", algorithm 3 with the squared hinge).

use super::features::Sparse;

/// How much a wrong example costs beside large weights.
const COST: f32 = 1.0;
/// Rounds over the examples at most.
const ROUNDS: usize = 20;
/// Done when no step of a round is larger.
const ENOUGH: f32 = 0.3;

/// Weights of one class; `is_it` says of each example whether it belongs to it.
pub(super) fn train(examples: &[Sparse], is_it: impl Fn(usize) -> bool, places: usize) -> Vec<f32> {
    const FLAT: f32 = 0.5 / COST;
    let mut weights = vec![0f32; places];
    let mut alphas = vec![0f32; examples.len()];
    let norms: Vec<f32> = examples.iter().map(|x| x.iter().map(|(_, v)| v * v).sum::<f32>() + FLAT).collect();
    let mut active: Vec<u32> = (0u32..).take(examples.len()).collect();
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let (mut shrink_above, mut whole) = (f32::INFINITY, true);
    for _ in 0..ROUNDS {
        shuffle(&mut active, &mut state);
        let (mut largest, mut smallest) = (f32::NEG_INFINITY, f32::INFINITY);
        let mut kept = Vec::with_capacity(active.len());
        for &i in &active {
            let at = i as usize;
            let side = if is_it(at) { 1.0 } else { -1.0 };
            let slope = side * dot(&weights, &examples[at]) - 1.0 + FLAT * alphas[at];
            if alphas[at] == 0.0 && slope > shrink_above {
                continue; // far on the right side; looked at again at the end
            }
            kept.push(i);
            let step = if alphas[at] == 0.0 { slope.min(0.0) } else { slope };
            largest = largest.max(step);
            smallest = smallest.min(step);
            if step.abs() > 1e-9 {
                let next = (alphas[at] - slope / norms[at]).max(0.0);
                let by = (next - alphas[at]) * side;
                alphas[at] = next;
                examples[at].iter().for_each(|(place, v)| weights[*place as usize] += by * v);
            }
        }
        active = kept;
        if largest - smallest <= ENOUGH {
            if whole {
                break;
            }
            active = (0u32..).take(examples.len()).collect();
            (shrink_above, whole) = (f32::INFINITY, true);
            continue;
        }
        (shrink_above, whole) = (if largest > 0.0 { largest } else { f32::INFINITY }, active.len() == examples.len());
    }
    weights
}

/// The sum of products at the places of a text.
pub(super) fn dot(weights: &[f32], x: &Sparse) -> f32 {
    x.iter().map(|(place, v)| weights[*place as usize] * v).sum()
}

/// Fisher and Yates, with xorshift: the same order each time.
fn shuffle(all: &mut [u32], state: &mut u64) {
    for i in (1..all.len()).rev() {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        let j = usize::try_from(*state % (i as u64 + 1)).unwrap_or(0);
        all.swap(i, j);
    }
}

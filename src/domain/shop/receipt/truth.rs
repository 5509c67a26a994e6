//! What a payment gateway says of the payment a receipt is of. A gateway knows; a picture only shows. Its word counts whatever the
//! picture looks like.

use super::verdict::{Reason, Verdict};
use crate::domain::id::Id;
use crate::domain::shop::checkout::Checkout;
use crate::domain::shop::gateway::{Seen, Standing};

/// Letters and digits our reference must have to be looked for: shorter ones are met by chance.
const REFERENCE_CHARS: usize = 12;
/// The same for a gateway's own id of a payment.
const PAYMENT_CHARS: usize = 8;

/// A payment page by what names it.
#[derive(Debug, Clone)]
pub struct Named {
    /// The page.
    pub checkout_id: Id,
    /// Our reference at the gateway.
    pub reference: String,
    /// The gateway's id of the money; empty while none came.
    pub payment_id: String,
}

/// What a gateway answered when it was asked about a receipt.
#[derive(Debug, Clone)]
pub struct Truth {
    /// The payment page it was asked about.
    pub checkout: Checkout,
    /// The receipt names this payment; otherwise it is the page of the order the receipt came for.
    pub named: bool,
    /// How the payment stands, or why the gateway could not say.
    pub said: Result<Seen, String>,
}

impl Truth {
    /// Whether the gateway has the money it should have: then nothing else need be asked.
    pub fn settles(&self) -> bool {
        matches!(&self.said, Ok(s) if s.standing == Standing::Paid && self.mismatch().is_none())
    }

    /// Why the money that came is not the money of this page.
    pub fn mismatch(&self) -> Option<String> {
        self.said.as_ref().ok().filter(|s| s.standing == Standing::Paid).and_then(|s| self.checkout.mismatch(s))
    }

    /// Lets the gateway's word count: over the picture when the money is there, against it when the receipt names a payment the
    /// gateway has no money for. `number` is the order's whose page it is; `other` says that the receipt came for another order.
    pub fn over(&self, verdict: &mut Verdict, number: i64, other: bool) {
        let name = self.checkout.gateway.title();
        let mut against = Vec::new();
        let mut say = |code: &str, weight: u8, words: String| against.push(Reason { code: code.into(), weight, words });
        match &self.said {
            Err(why) => {
                verdict.told = format!("{name} could not be asked: {why}");
                if self.named {
                    say("gateway_silent", 40, format!("The receipt is of a payment at {name}, which could not be asked."));
                }
            }
            Ok(seen) if seen.standing == Standing::Paid => {
                if let Some(why) = self.mismatch() {
                    verdict.told.clone_from(&why);
                    say("gateway_differs", 90, why);
                } else if other {
                    verdict.told = format!("{name} has this payment: it is the one of order #{number}.");
                    say("gateway_other", 95, format!("This payment at {name} is the one of order #{number}, not of this order."));
                } else {
                    verdict.told =
                        format!("{name} has {} for order #{number}. Its word counts, whatever the picture says.", self.checkout.amount);
                    verdict.reasons.clear();
                    (verdict.risk, verdict.clean) = (0, true);
                    return;
                }
            }
            Ok(seen) => {
                let how = if seen.standing == Standing::Failed { "says that this payment failed" } else { "has no money for it" };
                if self.named {
                    verdict.told = format!("{name} was asked about this payment and {how}.");
                    say("gateway_unpaid", 95, format!("The receipt is of a payment at {name}, and {name} {how}."));
                } else {
                    verdict.told = format!("{name} was asked about order #{number} and {how}.");
                }
            }
        }
        verdict.add(against);
    }
}

/// Which payment page a text names: by our reference, however a reader has spelt it, or by the gateway's own id.
pub fn named(text: &str, all: &[Named]) -> Option<Id> {
    let (run, words) = (bare(text), words(text));
    let by_reference = all.iter().find(|n| {
        let reference = bare(&n.reference);
        reference.len() >= REFERENCE_CHARS && run.contains(&reference)
    });
    let by_payment = || all.iter().find(|n| n.payment_id.len() >= PAYMENT_CHARS && words.contains(&n.payment_id.as_str()));
    by_reference.or_else(by_payment).map(|n| n.checkout_id)
}

/// A word that may be one of our references at a gateway: an order's number, a dash, and the random part.
pub fn reference_in(text: &str) -> Option<&str> {
    text.split_whitespace().map(|w| w.trim_matches(|c: char| matches!(c, '(' | ')' | '"' | '“' | '”' | ',' | ':' | ';' | '!' | '?'))).find(
        |w| {
            let Some((number, random)) = w.split_once('-') else { return false };
            let digits = !number.is_empty() && number.len() <= 12 && number.bytes().all(|b| b.is_ascii_digit());
            digits
                && (REFERENCE_CHARS..=40).contains(&random.len())
                && random.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'='))
        },
    )
}

/// Letters and digits alone, in capitals, those that readers take for each other made one.
fn bare(text: &str) -> String {
    let one = |c: char| match c.to_ascii_uppercase() {
        'O' | 'Q' => '0',
        'I' | 'L' => '1',
        'Z' => '2',
        'S' => '5',
        'B' => '8',
        c => c,
    };
    text.chars().filter(char::is_ascii_alphanumeric).map(one).collect()
}

fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|w| w.len() >= PAYMENT_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Time;
    use proptest::prelude::*;

    fn all() -> Vec<Named> {
        let named = |n: i64, reference: &str, payment_id: &str| Named {
            checkout_id: Id::new(Time::from_millis(n)),
            reference: reference.into(),
            payment_id: payment_id.into(),
        };
        vec![named(1, "1001-aB3.dE5fGh7jKl9m", ""), named(2, "1002-ZZ3xdE5fGh7jKl9q", "5000123456")]
    }

    #[test]
    fn a_reference_is_found_however_it_was_read() {
        let all = all();
        for text in ["Ref 1001-aB3.dE5fGh7jKl9m", "REFERENCE\n1001-AB3.DESFGH7JKL9M", "ref:1OO1 - aB3.dE5f\nGh7jKl9m paid"] {
            assert_eq!(named(text, &all), Some(all[0].checkout_id), "{text}");
        }
        assert_eq!(named("Transaction 5000123456", &all), Some(all[1].checkout_id));
        for text in ["", "1001", "Ref 1001-aB3", "Transaction 95000123456"] {
            assert_eq!(named(text, &all), None, "{text}");
        }
    }

    #[test]
    fn a_reference_stands_in_a_message() {
        assert_eq!(reference_in("I paid, ref 1001-aB3.dE5fGh7jKl9m!"), Some("1001-aB3.dE5fGh7jKl9m"));
        for text in ["call 0803-1234567", "2-3 plates", "-aB3dE5fGh7jKl9m", "order 1001", "abc-aB3dE5fGh7jKl9m"] {
            assert_eq!(reference_in(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "(?s).{0,200}") {
            let _ = (named(&text, &all()), reference_in(&text));
        }
    }
}

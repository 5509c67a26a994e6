//! The machines that come with the program: one for each kind of business, trained from the examples it begins with.
//!
//! A server that has just started answers its first customer without learning first, and takes no memory for it.

use super::Intents;
use crate::domain::house::business::Template;

/// `make intents` writes them.
const fn file_of(t: Template) -> &'static [u8] {
    match t {
        Template::Shop => include_bytes!("../../../data/models/intents/shop.bin"),
        Template::Restaurant => include_bytes!("../../../data/models/intents/restaurant.bin"),
        Template::Hotel => include_bytes!("../../../data/models/intents/hotel.bin"),
        Template::RealEstate => include_bytes!("../../../data/models/intents/real-estate.bin"),
        Template::B2b => include_bytes!("../../../data/models/intents/b2b.bin"),
    }
}

/// The machine of these examples if it came with the program; none when they are others, as once an owner has taught some.
pub fn shipped<T: AsRef<str>, I: AsRef<str>>(examples: &[(T, I)]) -> Option<Intents> {
    Template::ALL.into_iter().find_map(|t| Intents::read(file_of(t), examples))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::house::intent::seeds;

    const TEXTS: [&str; 8] = [
        "please book a table for two tomorrow at seven",
        "two plates of jollof rice and a bottle of water",
        "what time do you close on sunday",
        "my food came cold and nobody answers",
        "ina so in yi magana da mutum",
        "je voudrais une chambre pour trois nuits",
        "how much is the three bedroom flat in lekki",
        "ok",
    ];

    fn examples(t: Template) -> Vec<(&'static str, &'static str)> {
        seeds(t).iter().map(|e| (e.text.as_str(), e.intent.as_str())).collect()
    }

    #[test]
    #[ignore = "it writes the files: `make intents`, after a change of examples or of how they are learned"]
    fn write_what_the_examples_teach() {
        for t in Template::ALL {
            let path = format!("{}/data/models/intents/{}.bin", env!("CARGO_MANIFEST_DIR"), t.as_str());
            std::fs::write(path, &Intents::train(&examples(t)).packed.bytes).unwrap();
        }
    }

    #[test]
    fn what_comes_with_the_program_is_what_its_examples_teach() {
        for t in Template::ALL {
            let rows = examples(t);
            let trained = Intents::train(&rows);
            let shipped = shipped(&rows).unwrap_or_else(|| panic!("the examples of {} have changed: run `make intents`", t.as_str()));
            for text in TEXTS {
                let (ours, theirs) = (shipped.classify(text), trained.classify(text));
                let of = |name: &str| theirs.iter().find(|x| x.0 == name).map_or(0.0, |x| x.1);
                assert!(ours.iter().all(|(name, share)| (share - of(name)).abs() < 0.01), "{}: {text}: run `make intents`", t.as_str());
            }
        }
    }

    #[test]
    fn damaged_bytes_and_other_examples_are_refused() {
        let rows = examples(Template::Hotel);
        let whole = file_of(Template::Hotel);
        assert!(Intents::read(whole, &rows).is_some());
        assert!(Intents::read(whole, &rows[1..]).is_none());
        for cut in [0, 3, 11, 40, 400, whole.len() - 1] {
            assert!(Intents::read(&whole[..cut], &rows).is_none(), "{cut}");
        }
        assert!(shipped::<&str, &str>(&[]).is_none());
    }
}

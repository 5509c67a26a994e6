//! What is said of a thing without wanting it: praise and blame, what was had before, a picture of it, what it would cost.

use super::acts::Act;
use super::cues::Cue;
use super::questions::Question;
use super::read::Wish;
use super::scan::{Scan, What};
use super::sums::wants;
use super::words::{Gap, Words};

/// "your jollof slaps", "the moi moi was too salty": how it was. Nothing is ordered by it.
pub fn remark(scan: &Scan, from: usize, to: usize) -> Option<Act> {
    static SAYS: Words = Words::new("slaps slap slapped was were tastes tasted bangs banged hits smells smelled smelt burst bursting");
    static BAD: Words = Words::new(
        "salty hard dry oily bland tasteless watery sour raw cold small stale late bad burnt burned tough smelling undercooked expired fake",
    );
    static GOOD: Words =
        Words::new("sweet nice good great lovely amazing delicious tasty fire wonderful best superb awesome fantastic yummy");
    let counted = |k: usize| scan.words[k].number.is_some() && !scan.is_named(k);
    if wants(scan, from, to) || scan.words[to - 1].after == Gap::Ask || (from..to).any(counted) {
        return None;
    }
    let whose = |k: usize| k > from && matches!(scan.words[k - 1].text.as_str(), "your" | "una" | "the" | "that" | "this" | "my");
    // "Your jollof is so good"; "the jollof is for my wife" is another matter.
    let praised = |at: usize| {
        let yours = at > from && matches!(scan.words[at - 1].text.as_str(), "your" | "una");
        yours && (at..to).any(|k| GOOD.has(&scan.words[k].text) && !scan.is_named(k))
    };
    let said = |s: &&super::scan::Span| {
        let then = scan.words.get(s.to).filter(|_| s.to < to && scan.words[s.to - 1].after == Gap::None);
        let is = |w: &str| SAYS.has(w) || matches!(w, "is" | "are" | "dey" | "be" | "too" | "so") && praised(s.from);
        s.from >= from && matches!(s.what, What::Items(_)) && whose(s.from) && then.is_some_and(|w| is(&w.text))
    };
    let thing = scan.spans.iter().find(said)?;
    let bad = (thing.to..to).any(|k| BAD.has(&scan.words[k].text));
    Some(Act::Say(if bad { Cue::Anger } else { Cue::Thanks }))
}

/// "last time you gave me 2 moi moi", "my brother ate 3 meat pies yesterday": what is over orders nothing.
pub fn is_past(scan: &Scan, from: usize, to: usize) -> bool {
    let says = |list: &[&str]| scan.words[from..to].iter().any(|w| list.contains(&w.text.as_str()));
    let past = says(&["yesterday", "ate"])
        || says(&["bought", "ordered", "took", "gave", "sent", "brought", "got"]) && says(&["last", "ago", "before", "previously"]);
    past && !wants(scan, from, to)
}

/// "my sandwich never came", "the coke has not arrived": a complaint, and no order of it.
pub fn never_came(scan: &Scan, from: usize, to: usize) -> bool {
    static NOT: Words = Words::new("not never hasnt havent didnt");
    static CAME: Words = Words::new("come came arrived arrive reached reach");
    let thing = |s: &super::scan::Span| {
        let mine = s.from > from && matches!(scan.words[s.from - 1].text.as_str(), "my" | "the" | "our");
        let not = (s.to..to).find(|k| NOT.has(&scan.words[*k].text));
        s.from >= from && s.to <= to && mine && not.is_some_and(|n| (n..to).any(|k| CAME.has(&scan.words[k].text)))
    };
    scan.words[to - 1].after != Gap::Ask && scan.spans.iter().any(thing)
}

/// "send me pictures of the lace": somebody has to take them.
pub fn wants_pictures(scan: &Scan, from: usize, to: usize) -> bool {
    static PICTURES: Words = Words::new("picture pictures photo photos pic pics image images video videos");
    let named = |k: usize| scan.is_named(k);
    let of = |k: &usize| PICTURES.has(&scan.words[*k].text) && !named(*k);
    (from..to).find(of).is_some_and(|k| scan.words.get(k + 1).is_some_and(|w| matches!(w.text.as_str(), "of" | "for")))
}

/// "if I buy 5 yards and 2 gele, how much altogether": what it would cost, before anything is ordered.
pub fn supposed(scan: &Scan, acts: Vec<Act>) -> Vec<Act> {
    let word = |k: usize| scan.words.get(k).map_or("", |w| w.text.as_str());
    let buys = |k: usize| matches!(word(k), "buy" | "order" | "take" | "get" | "want");
    let supposes = (0..scan.words.len()).any(|k| {
        word(k) == "if"
            && matches!(word(k + 1), "i" | "we")
            && (buys(k + 2) || matches!(word(k + 2), "should" | "were" | "wan") && buys(k + 3))
    });
    let free = scan.words.iter().any(|w| matches!(w.text.as_str(), "free" | "bonus" | "reduce" | "reduction"));
    if supposes && (free || scan.has(Cue::Discount, 0, scan.words.len())) {
        return vec![Act::Ask(Question::Discount)];
    }
    let asks = [Cue::Price, Cue::Basket, Cue::Fee].iter().any(|c| scan.has(*c, 0, scan.words.len()));
    if !supposes || !asks {
        return acts;
    }
    let wishes: Vec<Wish> = acts.iter().flat_map(|a| if let Act::Add(ws) = a { ws.clone() } else { Vec::new() }).collect();
    let rest =
        acts.into_iter().filter(|a| !matches!(a, Act::Add(_) | Act::Ask(Question::Basket | Question::Price(_)) | Act::Say(Cue::Delivery)));
    if wishes.is_empty() {
        return rest.collect();
    }
    [Act::Ask(Question::Price(wishes))].into_iter().chain(rest).collect()
}

/// "Office lunch: 2 jollof": what the meal is called asks for no menu.
pub fn without_headings(scan: &Scan, mut acts: Vec<Act>) -> Vec<Act> {
    let meal = |c: &super::cues::CueAt| {
        c.to == c.from + 1 && matches!(scan.words[c.from].text.as_str(), "lunch" | "dinner" | "breakfast" | "supper")
    };
    let menus = || scan.cues.iter().filter(|c| c.cue == Cue::Menu);
    if !scan.asks() && menus().next().is_some() && menus().all(meal) && acts.iter().any(|a| matches!(a, Act::Add(_))) {
        acts.retain(|a| !matches!(a, Act::Ask(Question::Menu(c)) if c.is_empty()));
    }
    acts
}

/// "remove the second one": its place in the basket.
pub fn line_at(scan: &Scan, from: usize, to: usize) -> Option<usize> {
    const ORDER: [&str; 6] = ["first", "second", "third", "fourth", "fifth", "sixth"];
    let word = |k: usize| if k < to { scan.words[k].text.as_str() } else { "" };
    let meant = |k: &usize| *k > from && word(k - 1) == "the" && matches!(word(k + 1), "" | "one" | "item" | "thing" | "line" | "please");
    let place = |k: usize| ORDER.iter().position(|o| *o == word(k));
    (from..to).filter(meant).find_map(place).map(|p| p + 1)
}

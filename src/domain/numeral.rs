//! Number words of Swahili and Arabic, folded as [`fold`](super::text::fold) folds.

/// The number a word says, but for "wanne", which is "which" in Hausa; Swahili numbers in the forms they take beside a noun, Arabic ones as they are written and spoken.
pub fn number(word: &str) -> Option<i64> {
    Some(match word {
        "moja" | "mmoja" | "kimoja" | "limoja" => 1,
        "mbili" | "wawili" | "viwili" | "mawili" | "miwili" => 2,
        "tatu" | "watatu" | "vitatu" | "matatu" | "mitatu" => 3,
        "nne" | "vinne" | "manne" | "minne" => 4,
        "tano" | "watano" | "vitano" | "matano" | "mitano" => 5,
        "sita" => 6,
        "saba" => 7,
        "nane" | "wanane" | "vinane" | "manane" => 8,
        "tisa" => 9,
        "kumi" => 10,
        "dazeni" => 12,
        "ishirini" => 20,
        "thelathini" => 30,
        "arobaini" => 40,
        "hamsini" => 50,
        "sitini" => 60,
        "sabini" => 70,
        "themanini" => 80,
        "tisini" => 90,
        "mia" => 100,
        _ => return arabic(word),
    })
}

fn arabic(word: &str) -> Option<i64> {
    if word.is_ascii() {
        return None;
    }
    Some(match word {
        "واحد" | "واحده" | "وحده" => 1,
        "اثنين" | "اثنان" | "اتنين" | "ثنين" | "اثنتين" | "اثنتان" | "ثنتين" | "تنتين" | "حبتين" | "قطعتين" | "صحنين" | "طبقين"
        | "كوبين" | "كاسين" | "علبتين" | "زجاجتين" | "قارورتين" | "وجبتين" | "كيسين" | "كيلوين" => {
            2
        }
        "ثلاثه" | "ثلاث" | "تلاته" | "تلات" => 3,
        "اربعه" | "اربع" => 4,
        "خمسه" | "خمس" => 5,
        "سته" | "ست" => 6,
        "سبعه" | "سبع" => 7,
        "ثمانيه" | "ثماني" | "ثمان" | "تمانيه" | "تمان" | "تمنيه" => 8,
        "تسعه" | "تسع" => 9,
        "عشره" | "عشر" => 10,
        "حداشر" | "احداشر" => 11,
        "اثناعشر" | "اتناشر" | "اطنعش" | "دزينه" | "درزن" => 12,
        "خمستاشر" => 15,
        "عشرين" | "عشرون" => 20,
        "ثلاثين" | "ثلاثون" | "تلاتين" => 30,
        "اربعين" | "اربعون" => 40,
        "خمسين" | "خمسون" => 50,
        "ستين" | "ستون" => 60,
        "سبعين" | "سبعون" => 70,
        "ثمانين" | "ثمانون" | "تمانين" => 80,
        "تسعين" | "تسعون" => 90,
        "ميه" | "مايه" => 100,
        _ => return None,
    })
}

/// The number that several words say together, with how many words it takes: "kumi na mbili", "خمسة وعشرين", "ثلاثة عشر", "mia mbili".
/// None when the first two words are not one number.
pub fn joined(words: &[&str]) -> Option<(i64, usize)> {
    let n = |i: usize| words.get(i).and_then(|w| number(w));
    let (first, second) = (n(0), n(1));
    let ones = |n: &Option<i64>| n.is_some_and(|n| (1..10).contains(&n));
    if let [_, "na" | "و", third, ..] = words {
        let third = number(third);
        let swahili = words[1] == "na" && first.is_some_and(|f| (10..100).contains(&f) && f % 10 == 0) && ones(&third);
        let arabic = words[1] == "و" && ones(&first) && third.is_some_and(|t| (20..100).contains(&t));
        return if swahili || arabic { Some((first? + third?, 3)) } else { None };
    }
    match (*words.first()?, *words.get(1)?) {
        ("احد" | "احدي" | "حادي" | "حاديه", "عشر" | "عشره") => Some((11, 2)),
        ("اثنا" | "اثني" | "اثنتا" | "اثنتي" | "ثاني" | "ثانيه", "عشر" | "عشره") => Some((12, 2)),
        (_, "عشر" | "عشره") if ones(&first) => Some((first? + 10, 2)),
        ("mia", _) if ones(&second) => Some((second? * 100, 2)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_several_words() {
        assert_eq!(joined(&["kumi", "na", "mbili"]), Some((12, 3)));
        assert_eq!(joined(&["ishirini", "na", "tano", "za"]), Some((25, 3)));
        assert_eq!(joined(&["kumi", "na", "soda"]), None, "ten, and something else");
        assert_eq!(joined(&["mbili", "na", "tatu"]), None);
        assert_eq!(joined(&["mia", "mbili"]), Some((200, 2)));
        assert_eq!(joined(&["خمسه", "و", "عشرين"]), Some((25, 3)));
        assert_eq!(joined(&["ثلاثه", "عشر"]), Some((13, 2)));
        assert_eq!(joined(&["اثنا", "عشر"]), Some((12, 2)));
        assert_eq!(joined(&["كولا", "و", "عشرين"]), None);
        assert_eq!((number("viwili"), number("اتنين"), number("rice")), (Some(2), Some(2), None));
    }
}

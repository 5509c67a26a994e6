//! Phone numbers: E.164 with the plus sign. Redacted whenever they are printed for a log.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A number in E.164, "+2348031234567".
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Phone(String);

impl Phone {
    /// The number behind a WhatsApp id (digits without plus). WhatsApp itself is the proof that it exists, so old
    /// forms that libphonenumber calls invalid are kept too.
    pub fn from_wa_id(wa_id: &str) -> Option<Self> {
        let digits: String = wa_id.chars().filter(char::is_ascii_digit).collect();
        (digits.len() >= 5 && digits.len() <= 15).then(|| Self(format!("+{digits}")))
    }
    /// Reads a number as a person writes it, with the country (ISO 3166 letters) of the business as the default.
    pub fn parse(text: &str, country: &str) -> Option<Self> {
        let text = super::arabic::digits(text);
        let text = text.trim().trim_start_matches("whatsapp:");
        let country = country.parse::<phonenumber::country::Id>().ok();
        let number = phonenumber::parse(country, text).ok()?;
        phonenumber::is_valid(&number).then(|| Self(number.format().mode(phonenumber::Mode::E164).to_string()))
    }
    /// Whether calling it costs more than a call: premium and shared-cost lines.
    pub fn costs_extra(&self) -> bool {
        use phonenumber::Type::{PremiumRate, SharedCost};
        let of = |n: phonenumber::PhoneNumber| n.number_type(&phonenumber::metadata::DATABASE);
        phonenumber::parse(None, &self.0).is_ok_and(|n| matches!(of(n), PremiumRate | SharedCost))
    }
    /// "+2348031234567".
    pub fn e164(&self) -> &str {
        &self.0
    }
    /// Digits without plus, as WhatsApp wants them.
    pub fn wa_id(&self) -> &str {
        &self.0[1..]
    }
    /// "+234 803 ··· 4471", for screens where the whole number is not needed.
    pub fn masked(&self) -> String {
        let d = &self.0;
        if d.len() < 9 {
            return "···".into();
        }
        format!("{} ··· {}", &d[..d.len().min(7)], &d[d.len() - 4..])
    }
}
/// Redacted: logs never hold a customer's number.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(···)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Results of libphonenumber 9.0.43 for the same inputs.
    #[test]
    fn reads_numbers_as_libphonenumber_does() {
        for (text, region, want) in [
            ("0803 123 4567", "NG", Some("+2348031234567")),
            ("+234 803 123 4567", "NG", Some("+2348031234567")),
            ("(415) 555-2671", "US", Some("+14155552671")),
            ("020 7946 0958", "GB", Some("+442079460958")),
            ("+1 415 555 26711", "US", None),
            ("abc", "NG", None),
            ("٠٨٠٣ ١٢٣ ٤٥٦٧", "NG", Some("+2348031234567")),
        ] {
            assert_eq!(Phone::parse(text, region).as_ref().map(Phone::e164), want, "{text}");
        }
        assert_eq!(Phone::from_wa_id("5215512345678").unwrap().e164(), "+5215512345678");
        assert_eq!(format!("{:?}", Phone::from_wa_id("2348031234567").unwrap()), "Phone(···)");
    }
}

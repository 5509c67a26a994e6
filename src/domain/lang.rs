//! Languages customers write to us in.

use serde::{Deserialize, Serialize};

/// A customer's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Lang {
    /// English.
    #[default]
    #[serde(rename = "en")]
    En,
    /// Nigerian Pidgin.
    #[serde(rename = "pcm")]
    Pcm,
    /// Yoruba.
    #[serde(rename = "yo")]
    Yo,
    /// Hausa.
    #[serde(rename = "ha")]
    Ha,
    /// Igbo.
    #[serde(rename = "ig")]
    Ig,
    /// Spanish.
    #[serde(rename = "es")]
    Es,
    /// French.
    #[serde(rename = "fr")]
    Fr,
    /// Portuguese.
    #[serde(rename = "pt")]
    Pt,
    /// Swahili.
    #[serde(rename = "sw")]
    Sw,
    /// Arabic, written from right to left.
    #[serde(rename = "ar")]
    Ar,
}

impl Lang {
    /// All of them.
    pub const ALL: [Self; 10] = [Self::En, Self::Pcm, Self::Yo, Self::Ha, Self::Ig, Self::Es, Self::Fr, Self::Pt, Self::Sw, Self::Ar];
    /// The BCP 47 code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Pcm => "pcm",
            Self::Yo => "yo",
            Self::Ha => "ha",
            Self::Ig => "ig",
            Self::Es => "es",
            Self::Fr => "fr",
            Self::Pt => "pt",
            Self::Sw => "sw",
            Self::Ar => "ar",
        }
    }
    /// Its name for the owner.
    pub const fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Pcm => "Pidgin",
            Self::Yo => "Yoruba",
            Self::Ha => "Hausa",
            Self::Ig => "Igbo",
            Self::Es => "Spanish",
            Self::Fr => "French",
            Self::Pt => "Portuguese",
            Self::Sw => "Swahili",
            Self::Ar => "Arabic",
        }
    }
    /// From a BCP 47 code; English when we do not speak it.
    pub fn from_code(code: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|l| l.code() == code.get(..3).unwrap_or(code) || l.code() == code.get(..2).unwrap_or(code))
            .unwrap_or_default()
    }
}

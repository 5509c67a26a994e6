//! What can be found, and which of it is asked for.

use super::id::Id;
use super::text::fold;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What kind of thing is looked for. Each kind is an index of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Something sold or let.
    Item,
    /// A piece of a document.
    Chunk,
    /// A reply that can be given again.
    Answer,
    /// Something remembered of a customer.
    Fact,
    /// Whom the business buys from.
    Vendor,
    /// An example of an intent.
    Example,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 6] = [Self::Item, Self::Chunk, Self::Answer, Self::Fact, Self::Vendor, Self::Example];

    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Item => "item",
            Self::Chunk => "chunk",
            Self::Answer => "answer",
            Self::Fact => "fact",
            Self::Vendor => "vendor",
            Self::Example => "example",
        }
    }
}

/// What is known of an item besides its words, read from its columns and attributes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facets {
    /// Price in minor units.
    pub price_minor: i64,
    /// Its group, folded.
    pub category: String,
    /// What sort of listing, folded: "apartment", "villa".
    pub sort: String,
    /// City, folded.
    pub city: String,
    /// Every word of place: city, area of town, location, address, folded.
    pub place: String,
    /// Bedrooms.
    pub beds: Option<f64>,
    /// Bathrooms.
    pub baths: Option<f64>,
    /// Square metres.
    pub area_m2: Option<f64>,
    /// Latitude and longitude in degrees.
    pub at: Option<(f64, f64)>,
    /// Features, folded.
    pub features: Vec<String>,
}

impl Facets {
    /// Reads the attributes an owner or a spreadsheet gave: numbers may be text, lists may be text with commas.
    pub fn of(price_minor: i64, category: &str, attributes: &Value) -> Self {
        let text = |names: &[&str]| names.iter().filter_map(|n| attributes.get(n)).map(plain).find(|t| !t.is_empty()).unwrap_or_default();
        let number = |names: &[&str]| names.iter().filter_map(|n| attributes.get(n)).find_map(number);
        let city = fold(&text(&["city", "town"]));
        let place = fold(&["location", "area", "neighbourhood", "neighborhood", "address", "region"].map(|n| text(&[n])).join(" "));
        let at = number(&["lat", "latitude"]).zip(number(&["lon", "lng", "longitude"]));
        Self {
            price_minor,
            category: fold(category),
            sort: fold(&text(&["type", "kind", "property_type"])),
            place: format!("{city} {place}"),
            city,
            beds: number(&["beds", "bedrooms"]),
            baths: number(&["baths", "bathrooms"]),
            area_m2: number(&["area_m2", "size_m2", "sqm"]),
            at,
            features: list(attributes.get("features").or_else(|| attributes.get("amenities"))),
        }
    }
}

fn plain(v: &Value) -> String {
    match v {
        Value::String(s) => s.trim().to_owned(),
        Value::Number(n) => n.to_string(),
        _ => String::new(),
    }
}

fn number(v: &Value) -> Option<f64> {
    match v {
        Value::Number(n) => n.as_f64(),
        Value::String(s) => s.trim().replace(',', "").parse().ok(),
        _ => None,
    }
    .filter(|n: &f64| n.is_finite())
}

fn list(v: Option<&Value>) -> Vec<String> {
    match v {
        Some(Value::Array(all)) => all.iter().map(plain).map(|s| fold(&s)).filter(|s| !s.is_empty()).collect(),
        Some(Value::String(s)) => s.split([',', ';', '|']).map(|s| fold(s.trim())).filter(|s| !s.is_empty()).collect(),
        _ => vec![],
    }
}

/// From here at most so far.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// Latitude in degrees.
    pub lat: f64,
    /// Longitude in degrees.
    pub lon: f64,
    /// Kilometres.
    pub km: f64,
}

/// What every hit must be; what is absent does not matter. An empty one lets everything through.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// At least this price in minor units.
    pub min_minor: Option<i64>,
    /// At most this price in minor units.
    pub max_minor: Option<i64>,
    /// At least so many bedrooms.
    pub min_beds: Option<f64>,
    /// At most so many bedrooms.
    pub max_beds: Option<f64>,
    /// At least so many bathrooms.
    pub min_baths: Option<f64>,
    /// At most so many bathrooms.
    pub max_baths: Option<f64>,
    /// At least so many square metres.
    pub min_area_m2: Option<f64>,
    /// At most so many square metres.
    pub max_area_m2: Option<f64>,
    /// In this city.
    pub city: Option<String>,
    /// City, part of town or address holds these words.
    pub location: Option<String>,
    /// Of this sort: "apartment".
    pub sort: Option<String>,
    /// Of this group.
    pub category: Option<String>,
    /// Can be bought now, or not. Looked up in the rows, because stock changes with every order.
    pub in_stock: Option<bool>,
    /// Has all of these.
    pub features: Vec<String>,
    /// Not farther than this.
    pub near: Option<Near>,
}

impl Filter {
    /// The same with texts folded, to be compared often.
    pub fn folded(mut self) -> Self {
        for text in [&mut self.city, &mut self.location, &mut self.sort, &mut self.category].into_iter().flatten() {
            *text = fold(text.trim());
        }
        self.features = self.features.iter().map(|f| fold(f.trim())).filter(|f| !f.is_empty()).collect();
        self
    }
    /// Whether it asks anything of an item's own nature (not of stock).
    pub fn is_typed(&self) -> bool {
        *self != Self { in_stock: self.in_stock, ..Self::default() }
    }
    /// Whether something with these facets passes. Texts must be folded already.
    pub fn admits(&self, f: &Facets) -> bool {
        let least = |min: Option<f64>, v: Option<f64>| min.is_none_or(|m| v.is_some_and(|v| v >= m));
        let most = |max: Option<f64>, v: Option<f64>| max.is_none_or(|m| v.is_some_and(|v| v <= m));
        let same = |want: &Option<String>, have: &str| want.as_deref().is_none_or(|w| w == have);
        self.min_minor.is_none_or(|m| f.price_minor >= m)
            && self.max_minor.is_none_or(|m| f.price_minor <= m)
            && least(self.min_beds, f.beds)
            && most(self.max_beds, f.beds)
            && least(self.min_baths, f.baths)
            && most(self.max_baths, f.baths)
            && least(self.min_area_m2, f.area_m2)
            && most(self.max_area_m2, f.area_m2)
            && same(&self.city, &f.city)
            && same(&self.sort, &f.sort)
            && same(&self.category, &f.category)
            && self.location.as_deref().is_none_or(|l| l.split_whitespace().all(|w| f.place.contains(w)))
            && self.features.iter().all(|w| f.features.iter().any(|have| have.contains(w.as_str())))
            && self.near.is_none_or(|n| f.at.is_some_and(|at| km_between((n.lat, n.lon), at) <= n.km))
    }
}

/// Kilometres between two places in degrees, by the haversine formula on a sphere of 6,371 km.
pub fn km_between(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (lat, lon) = ((b.0 - a.0).to_radians(), (b.1 - a.1).to_radians());
    let h = (lat / 2.0).sin().powi(2) + a.0.to_radians().cos() * b.0.to_radians().cos() * (lon / 2.0).sin().powi(2);
    2.0 * 6_371.0 * h.sqrt().min(1.0).asin()
}

/// Something found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Its id.
    pub id: Id,
    /// The fused score, to rank by; it means nothing across queries.
    pub score: f32,
    /// BM25 of its words, when any word was found.
    pub words: Option<f32>,
    /// Cosine of its nearest part, between -1 and 1; none when question or thing has no vector.
    pub cosine: Option<f32>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_flat_passes_what_it_is() {
        let flat = Facets::of(
            250_000,
            "Rent",
            &json!({"city": "Lagos", "area": "Lekki", "type": "Apartment", "beds": "3", "area_m2": 120, "features": "pool, gym", "lat": 6.45, "lon": 3.47}),
        );
        let passes = |f: Filter| f.folded().admits(&flat);
        assert!(passes(Filter::default()));
        assert!(passes(Filter { city: Some("LAGOS".into()), min_beds: Some(3.0), max_area_m2: Some(120.0), ..Filter::default() }));
        assert!(passes(Filter { location: Some("lekki lagos".into()), features: vec!["Pool".into()], ..Filter::default() }));
        assert!(!passes(Filter { min_beds: Some(4.0), ..Filter::default() }));
        assert!(!passes(Filter { max_baths: Some(4.0), ..Filter::default() }), "what nobody wrote down is not promised");
        assert!(!passes(Filter { features: vec!["garden".into()], ..Filter::default() }));
        let from = |lat| Some(Near { lat, lon: 3.47, km: 12.0 });
        assert!(passes(Filter { near: from(6.55), ..Filter::default() }));
        assert!(!passes(Filter { near: from(6.65), ..Filter::default() }));
    }

    #[test]
    fn a_degree_of_latitude_is_a_hundred_and_eleven_kilometres() {
        assert!((km_between((0.0, 0.0), (1.0, 0.0)) - 111.19).abs() < 0.01);
    }
}

//! Figures of some days: plots drawn on the server, each with its table.

use crate::web::view::{Chip, Chrome, filters};
use askama::Template;

/// `/app/insights`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/house/insights.html")]
pub struct InsightsPage {
    /// The frame.
    pub chrome: Chrome,
    /// "1 to 30 November".
    pub sub: String,
    /// How many days.
    pub chips: Vec<Chip>,
    /// The figures on top: name, value, more.
    pub figures: Vec<(String, String, String)>,
    /// The plots.
    pub plots: Vec<Plot>,
    /// Lists with a share each.
    pub lists: Vec<Ranking>,
}

/// A plot of a value a day.
#[derive(Debug, Clone, Default)]
pub struct Plot {
    /// Unique on the page.
    pub id: String,
    /// "Sales".
    pub title: String,
    /// What it shows, as a sentence.
    pub sentence: String,
    /// The bars.
    pub bars: Vec<Bar>,
    /// Words under the bars: where, and what.
    pub ticks: Vec<(i64, String)>,
    /// The highest value, in words.
    pub most: String,
    /// Heads of the table's columns.
    pub head: Vec<String>,
    /// The same as a table.
    pub rows: Vec<Vec<String>>,
    /// Where the table is as CSV.
    pub csv: String,
}

/// A bar.
#[derive(Debug, Clone, Default)]
pub struct Bar {
    /// From the left.
    pub x: i64,
    /// From the top.
    pub y: i64,
    /// How wide.
    pub width: i64,
    /// How high.
    pub height: i64,
    /// The last day.
    pub now: bool,
}

/// A list of names with a bar each.
#[derive(Debug, Clone, Default)]
pub struct Ranking {
    /// Unique on the page.
    pub id: String,
    /// "Best sellers".
    pub title: String,
    /// Heads of its columns: the name, then figures.
    pub head: Vec<String>,
    /// The rows.
    pub rows: Vec<Ranked>,
    /// Said when there are none.
    pub empty: String,
    /// Where it is as CSV.
    pub csv: String,
}

/// One row of a list.
#[derive(Debug, Clone, Default)]
pub struct Ranked {
    /// Its name.
    pub name: String,
    /// Its figures.
    pub cells: Vec<String>,
    /// How long its bar is, of 280.
    pub width: i64,
}

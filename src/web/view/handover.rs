//! What a person gets who asks for their data: a page to read without us.

use askama::Template;

/// `index.html` of the archive.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "export/person.html")]
pub struct PersonPage {
    /// Whose business.
    pub business: String,
    /// Who.
    pub name: String,
    /// When it was made.
    pub made: String,
    /// Everything, under headings.
    pub sections: Vec<Section>,
}

/// Rows under a heading.
#[derive(Debug, Clone, Default)]
pub struct Section {
    /// For links on the page.
    pub id: String,
    /// The heading.
    pub title: String,
    /// The rows.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// Name and value.
    pub cells: Vec<(String, String)>,
    /// Files that belong to it, by their path in the archive.
    pub files: Vec<String>,
}

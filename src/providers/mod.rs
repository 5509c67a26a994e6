//! Bought capabilities, one trait a folder. They never see the database.

pub mod airtable;
pub mod calling;
pub mod embed;
pub mod gateway;
pub mod llm;
pub mod ocr;
pub mod reader;
pub mod sourcing;
pub mod speech;

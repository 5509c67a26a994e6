//! Rows of people, talk and catalogue.

pub mod approval;
pub mod assistant;
pub mod audit;
pub mod case;
pub mod contact;
pub mod conversation;
pub mod document;
pub mod effect;
pub mod erasure;
pub mod export;
pub mod fact;
pub mod import;
pub mod insight;
pub mod intent;
pub mod item;
pub mod mail;
pub mod member_phone;
pub mod merge;
pub mod message;
pub mod model;
pub mod push;
pub mod retention;
pub mod run;
pub mod saved_answer;
pub mod template;
pub mod timeline;

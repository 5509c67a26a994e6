//! Agents decide, and never write SQL: what they may do is a tool, and a tool is a service.

pub mod buying;
pub mod eval;
pub mod eyes;
pub mod guard;
pub mod library;
pub mod memory;
pub mod models;
pub mod probe;
pub mod runs;
pub mod stream;
pub mod tools;
pub mod turn;

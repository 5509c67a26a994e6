//! `steward business`: add, list, remove.

use super::{open, out};
use crate::app::businesses;
use crate::config::values::Flags;
use crate::domain::error::{Error, Result};
use crate::domain::house::business::{Business, Profile, Template};
use crate::store::control::business as rows;
use clap::Subcommand;

/// What to do with businesses.
#[derive(Debug, Subcommand)]
pub enum Act {
    /// Add a business
    Add {
        /// Its name for people.
        name: String,
        /// What kind it is: shop, restaurant, hotel, real-estate or b2b.
        #[arg(long, value_parser = |s: &str| s.parse::<Template>().map_err(|e| e.message))]
        template: Template,
        /// Its name in addresses; made from its name when missing.
        #[arg(long)]
        slug: Option<String>,
        /// Print the new business as JSON.
        #[arg(long)]
        json: bool,
    },
    /// List the businesses
    List {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Delete a business and everything it holds
    Remove {
        /// Its name in addresses.
        slug: String,
        /// Really.
        #[arg(long)]
        yes: bool,
    },
}

/// Does it.
pub fn run(flags: &Flags, act: Act) -> Result<()> {
    match act {
        Act::Add { name, template, slug, json } => add(flags, &name, template, slug.as_deref(), json),
        Act::List { json } => {
            let mut all: Vec<Business> = open::control(flags, rows::list_businesses)?;
            all.sort_by(|a, b| a.slug.cmp(&b.slug));
            out::listing(json, &all, &["slug", "name", "template", "id"], |b| {
                vec![b.slug.clone(), b.name.clone(), b.template.as_str().to_owned(), b.id.to_string()]
            })
        }
        Act::Remove { slug, yes } => remove(flags, &slug, yes),
    }
}

fn add(flags: &Flags, name: &str, template: Template, slug: Option<&str>, json: bool) -> Result<()> {
    let b = open::with_app(flags, async |app| businesses::create(&app, name, slug, template, Profile::default()).await)?;
    if json {
        return out::json(&b);
    }
    out::line(&format!("Added {} as \"{}\". Next: steward member add EMAIL --business {} --role owner", b.name, b.slug, b.slug));
    Ok(())
}

fn remove(flags: &Flags, slug: &str, yes: bool) -> Result<()> {
    open::with_app(flags, async |app| {
        let b = open::business(&app, slug)?;
        if !yes {
            let what = format!("This deletes {} with its customers, conversations and orders for good.", b.name);
            return Err(Error::invalid(format!("{what} Say so with --yes.")));
        }
        businesses::remove(&app, b.id).await?;
        out::line(&format!("Removed {}.", b.name));
        Ok(())
    })
}

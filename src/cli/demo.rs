//! `steward demo`: sample businesses in a folder of their own, carried by the phone simulator.

use super::flags::Serving;
use super::{demo_vendors, open, out, serve};
use crate::agents::library;
use crate::app::directory::Credentials;
use crate::app::{App, businesses};
use crate::config::values::Flags;
use crate::domain::error::{Error, Result};
use crate::domain::house::business::{Profile, Template};
use crate::domain::house::hours::Hours;
use crate::domain::house::item::{Item, OptionGroup};
use crate::domain::house::member::Role;
use crate::domain::id::{Id, token};
use crate::domain::money::Currency;
use crate::domain::reception::policy::Policy;
use crate::domain::reception::resource::{Resource, ResourceKind};
use crate::domain::secret::Secret;
use crate::domain::shop::gateway::Gateway;
use crate::domain::time::Clock;
use crate::jobs;
use crate::services::house::{item, member, template};
use crate::services::reception::desk;
use crate::services::shop::gateway;
use crate::store::control::member as members;
use crate::store::house::item as items;
use crate::telemetry::metrics;
use serde::{Deserialize, Serialize};

/// Flags of `demo`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where to listen.
    #[command(flatten)]
    pub serving: Serving,
    /// Print one line of JSON for a script to drive it by.
    #[arg(long)]
    pub json: bool,
}

/// Serves samples until told to stop. Without `--data` the folder is thrown away afterwards.
pub fn run(flags: &Flags, args: &Args) -> Result<()> {
    let mut flags = flags.clone().and(&args.serving.0);
    let folder = tempfile::Builder::new().prefix("steward-demo-").tempdir();
    let folder = folder.map_err(|e| Error::unavailable(format!("No temporary folder can be made: {e}.")))?;
    let kept = flags.get("data").is_some();
    if !kept {
        flags = flags.with("data", &folder.path().display().to_string());
    }
    let mut config = open::settings(&flags)?;
    // A real number set in the environment has no part in this.
    config.whatsapp.token = Secret::default();
    metrics::init()?;
    open::raise_open_files();
    open::wait(async {
        let (listener, bound) = serve::bind(config.server.listen).await?;
        // Its customers are simulated phones on this machine: links to them name the port that was really taken.
        config.server.listen = bound;
        let url = config.server.base_url(bound);
        config.server.public_url = Some(url.clone());
        let app = App::open(config, Clock::System).await?;
        if app.directory().businesses().next().is_some() {
            return Err(Error::conflict("The demo wants an empty folder; this one holds businesses. Name another with --data."));
        }
        let demo = seed(&app, &url).await?;
        jobs::start(&app, super::built_in()).await?;
        if args.json {
            out::json(&demo)?
        } else {
            out::line(&welcome(&demo, kept))
        }
        serve::until_stopped(app, listener).await
    })
}

fn welcome(demo: &Demo, kept: bool) -> String {
    let names: Vec<&str> = demo.businesses.iter().map(|b| b.name.as_str()).collect();
    let end = if kept { "Ctrl-C stops it." } else { "Ctrl-C stops it and throws its data away." };
    format!(
        "Steward is at {url} with {names}.\n\n  Sign in, once:   {sign_in}\n  Then the phone:  {url}/app/phone\n\n{end}",
        url = demo.url,
        names = names.join(", "),
        sign_in = demo.sign_in_url,
    )
}

const FILES: [&str; 4] = [
    include_str!("../../data/demo/mama-nkechi.toml"),
    include_str!("../../data/demo/ada-fabrics.toml"),
    include_str!("../../data/demo/harbour-house.toml"),
    include_str!("../../data/demo/bright-homes.toml"),
];

/// What the sample businesses answer from: short name and text.
const DOCUMENTS: [(&str, &str); 5] = [
    ("harbour-house", include_str!("../../data/demo/documents/harbour-house-rules.md")),
    ("harbour-house", include_str!("../../data/demo/documents/harbour-house-breakfast.md")),
    ("mama-nkechi", include_str!("../../data/demo/documents/mama-nkechi-catering.md")),
    ("ada-fabrics", include_str!("../../data/demo/documents/ada-fabrics-returns.md")),
    ("bright-homes", include_str!("../../data/demo/documents/bright-homes-renting.md")),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    name: String,
    slug: String,
    template: Template,
    phone_number_id: String,
    profile: SampleProfile,
    #[serde(default)]
    booking_rules: Policy,
    #[serde(default)]
    resources: Vec<SampleResource>,
    items: Vec<SampleItem>,
}

/// Something that can be booked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleResource {
    name: String,
    kind: ResourceKind,
    #[serde(default = "one")]
    seats_min: i64,
    seats_max: i64,
    #[serde(default = "one")]
    units: i64,
    #[serde(default)]
    area: String,
    #[serde(default)]
    combines: bool,
    #[serde(default = "hour_and_half")]
    minutes: i64,
    #[serde(default)]
    pause_min: i64,
    /// Minutes of the day from and to; those of the business when absent.
    hours: Option<SampleHours>,
}

const fn one() -> i64 {
    1
}

const fn hour_and_half() -> i64 {
    90
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleProfile {
    time_zone: String,
    country: String,
    currency: Currency,
    address: String,
    about: String,
    pickup: bool,
    delivery: bool,
    #[serde(default)]
    delivery_fee_minor: i64,
    payment_instructions: String,
    public: bool,
    owner_name: String,
    hours: SampleHours,
}

/// Minutes of the day, the same every day.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleHours {
    open: u16,
    close: u16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleItem {
    name: String,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    category: String,
    #[serde(default)]
    description: String,
    price_minor: i64,
    #[serde(default)]
    unit: String,
    stock: Option<i64>,
    #[serde(default = "yes")]
    available: bool,
    #[serde(default)]
    options: Vec<OptionGroup>,
}

const fn yes() -> bool {
    true
}

/// What a script needs to drive the demo.
#[derive(Debug, Serialize)]
pub struct Demo {
    /// Where it is.
    pub url: String,
    /// Signs the owner in, once.
    pub sign_in_url: String,
    /// The pretended Meta app.
    pub meta: DemoMeta,
    /// The sample businesses.
    pub businesses: Vec<DemoBusiness>,
}

/// The pretended Meta app: webhooks signed with this secret are treated as real.
#[derive(Debug, Serialize)]
pub struct DemoMeta {
    /// Signs webhooks.
    pub app_secret: String,
    /// Answers Meta's question.
    pub verify_token: String,
}

/// A sample business.
#[derive(Debug, Serialize)]
pub struct DemoBusiness {
    /// Its short name.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// A key of its owner.
    pub api_key: String,
    /// Its pretended WhatsApp number.
    pub whatsapp_phone_number_id: String,
}

/// Fills an empty data folder with the sample businesses and one owner of them all.
pub async fn seed(app: &App, url: &str) -> Result<Demo> {
    let meta = DemoMeta { app_secret: token(16), verify_token: token(12) };
    let mut all = Vec::new();
    for text in FILES {
        let sample: Sample = toml::from_str(text).map_err(|e| Error::internal(format!("The sample data cannot be read: {e}")))?;
        all.push(business(app, sample, &meta).await?);
    }
    let first = app.directory().by_slug(&all[0].slug).map(|b| b.id);
    let ids: Vec<Id> = app.directory().businesses().map(|b| b.id).collect();
    let link = app
        .store
        .control_write(move |tx| {
            let owner = members::insert_member(tx, "owner@demo.example", "Nkechi", None)?;
            ids.iter().try_for_each(|id| members::upsert_membership(tx, owner, *id, Role::Owner))?;
            member::make_link(tx, "sign-in", Some(owner), first)
        })
        .await?;
    Ok(Demo { url: url.to_owned(), sign_in_url: format!("{url}/sign-in/{link}"), meta, businesses: all })
}

async fn business(app: &App, s: Sample, meta: &DemoMeta) -> Result<DemoBusiness> {
    let p = s.profile;
    let profile = Profile {
        time_zone: p.time_zone,
        country: p.country,
        currency: p.currency,
        hours: Hours::daily(p.hours.open, p.hours.close),
        address: p.address,
        about: p.about,
        pickup: p.pickup,
        delivery: p.delivery,
        delivery_fee_minor: p.delivery_fee_minor,
        payment_instructions: p.payment_instructions,
        public: p.public,
        owner_name: p.owner_name,
        ..Profile::default()
    };
    let country = profile.country.clone();
    let b = businesses::create(app, &s.name, Some(&s.slug), s.template, profile).await?;
    let credentials = Credentials { token: token(16), app_secret: meta.app_secret.clone(), verify_token: meta.verify_token.clone() };
    businesses::connect_whatsapp(app, b.id, &s.phone_number_id, &credentials, true).await?;
    let (sample, lent, rules) = (s.items, s.resources, s.booking_rules);
    let (account, slug) = (s.phone_number_id.clone(), b.slug.clone());
    let file = app.store.business(b.id)?;
    file.write(move |tx| {
        template::ask(tx, &account)?;
        gateway::choose(tx, Some(Gateway::Sandbox), "")?;
        if !lent.is_empty() {
            desk::save_policy(tx, &rules)?;
        }
        lent.into_iter().try_for_each(|x| add_resource(tx, x))?;
        demo_vendors::add(tx, &slug, &country)?;
        sample.into_iter().try_for_each(|x| add_item(tx, x))
    })
    .await?;
    for (_, text) in DOCUMENTS.iter().filter(|(slug, _)| *slug == b.slug) {
        let (title, _) = text.trim_start_matches("# ").split_once('\n').unwrap_or((text, ""));
        let new = library::written(app, b.id, title, None, text).await?;
        library::add(app, b.id, app.store.business(b.id)?.as_ref(), new).await?;
    }
    let id = b.id;
    let (_, api_key) = app.store.control_write(move |tx| member::add_key(tx, id, "Demo", Role::Owner)).await?;
    Ok(DemoBusiness { slug: b.slug, name: b.name, api_key, whatsapp_phone_number_id: s.phone_number_id })
}

fn add_resource(tx: &mut crate::store::tx::Tx<'_>, x: SampleResource) -> Result<()> {
    let new = Resource {
        id: Id::new(tx.now),
        name: x.name,
        kind: x.kind,
        seats_min: x.seats_min,
        seats_max: x.seats_max,
        units: x.units,
        area: x.area,
        combines: x.combines,
        minutes: x.minutes,
        pause_min: x.pause_min,
        hours: x.hours.map(|h| Hours::daily(h.open, h.close)),
        active: true,
    };
    desk::save_resource(tx, &new)
}

fn add_item(tx: &mut crate::store::tx::Tx<'_>, x: SampleItem) -> Result<()> {
    let new = Item {
        id: Id::new(tx.now),
        sku: crate::domain::text::slug(&x.name),
        name: x.name,
        aliases: x.aliases,
        description: x.description,
        category: x.category,
        price_minor: x.price_minor,
        unit: x.unit,
        stock: x.stock,
        available: x.available,
        options: x.options,
        photo: None,
        attributes: serde_json::json!({}),
    };
    item::check(&new)?;
    items::upsert_item(tx, &new)?;
    items::bump_menu(tx).map(drop)
}

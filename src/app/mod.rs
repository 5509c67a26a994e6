//! What is running: one `App` for the web, the background and the command line.

pub mod backup;
pub mod businesses;
pub mod calling;
pub mod catalogue;
pub mod desk;
pub mod directory;
pub mod erasing;
pub mod feed;
pub mod gateways;
pub mod handed;
pub mod health;
pub mod intake;
pub mod lines;
pub mod links;
pub mod mailbox;
pub mod media;
pub mod models;
pub mod packing;
pub mod probe;
pub mod push;
pub mod reading;
pub mod remote;
pub mod rotation;
pub mod shelf;
pub mod tasks;
pub mod vault;
pub mod writing;

use crate::config::Config;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::business::Business;
use crate::domain::id::Id;
use crate::domain::time::Clock;
use crate::net::client::Net;
use crate::net::quota::Quota;
use crate::net::trust::Named;
use crate::providers::embed::Embedder;
use crate::providers::embed::remote::Remote;
use crate::providers::speech::Ears;
use crate::providers::speech::mouths::Mouths;
use crate::queue::{Doorbell, Engine, engine};
use crate::search::Search;
use crate::store::Store;
use crate::store::file::{Committed, File};
use directory::Directory;
use feed::Feeds;
use reading::Reader;
use shelf::Shelf;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use tasks::Tasks;
use vault::Vault;

/// Everything a request, a job or a command may need.
pub struct App {
    /// Every database.
    pub store: Arc<Store>,
    /// What was set from outside.
    pub config: Config,
    /// The only way out to the network.
    pub net: Arc<Net>,
    /// How fast we may send, by number and by customer.
    pub quota: Quota,
    /// Rings the queue.
    pub bell: Doorbell,
    /// Live events by business.
    pub feeds: Arc<Feeds>,
    /// Seals and opens stored credentials, signs tokens.
    pub vault: Vault,
    /// Profiles and menus, read once a change.
    pub shelf: Arc<Shelf>,
    /// Replies while they are written.
    pub writing: writing::Writing,
    /// Tells when a business changed its models.
    pub model_changes: models::Changes,
    /// Takes the text out of documents.
    pub reader: Reader,
    /// Turns voice notes into words.
    pub ears: Ears,
    /// Speaks replies.
    pub mouths: Mouths,
    /// Finds things by meaning and by word.
    pub search: Arc<Search>,
    /// Named background tasks.
    pub tasks: Tasks,
    seen: health::Seen,
    directory: RwLock<Arc<Directory>>,
    bound: OnceLock<SocketAddr>,
    engine: Mutex<Option<Engine>>,
}

impl App {
    /// Opens the data folder and puts everything together. Nothing runs yet.
    pub async fn open(config: Config, clock: Clock) -> Result<Arc<Self>> {
        let store = Store::open(config.paths.root(), clock.clone())?;
        rotation::require_key(&store, &config.paths.master_key()).await?;
        let vault = Vault::open(&config.paths.master_key())?;
        let net = Arc::new(Net::new(clock.clone()));
        let embedder = config.models.embedding.clone().map(|s| Arc::new(Remote::new(net.clone(), s)) as Arc<dyn Embedder>);
        let search = Arc::new(Search::new(embedder));
        store.on_text(search.clone());
        let (engine, bell) = engine(store.clone());
        let feeds = Arc::new(Feeds::default());
        let directory = Arc::new(directory::read(&store, &vault, &config).await?);
        directory.trust_hosts(&net);
        config.models.own_hosts.iter().for_each(|host| net.trust(host));
        config.server.push_hosts.iter().for_each(|host| net.trust_as(Named::ByBrowser, host));
        mailbox::trust_hosts(&net, &config.mail);
        let reader = Reader::new(config.reader_program.clone());
        let ears = Ears::new(net.clone(), config.speech.clone());
        let mouths = Mouths::new(net.clone(), config.voices.clone());
        let app = Self {
            ears,
            mouths,
            store,
            config,
            net,
            quota: Quota::new(clock),
            bell,
            feeds,
            vault,
            shelf: Arc::default(),
            writing: writing::Writing::default(),
            model_changes: models::Changes::default(),
            reader,
            search,
            tasks: Tasks::default(),
            seen: health::Seen::default(),
            directory: RwLock::new(directory),
            bound: OnceLock::new(),
            engine: Mutex::new(Some(engine)),
        };
        Ok(Arc::new(app))
    }

    /// From here on commits publish their events and hand their jobs over. Once, before anything is served.
    pub fn connect_queue(&self) -> Result<Engine> {
        let (bell, feeds) = (self.bell.clone(), self.feeds.clone());
        self.store.on_commit(Arc::new(move |c: Committed| {
            if !c.events.is_empty() {
                feeds.publish(c.business, c.events);
            }
            if !c.jobs.is_empty() {
                bell.jobs(c.business, c.jobs);
            }
            if let Some(due) = c.due {
                bell.due(c.business, due);
            }
        }));
        let mut engine = self.engine.lock().unwrap_or_else(PoisonError::into_inner);
        engine.take().ok_or_else(|| Error::internal("The queue runs already."))
    }

    /// From here on this process answers at an address.
    pub fn serves_at(&self, bound: SocketAddr) {
        // The first address stays: a second server in one process serves the same.
        let _ = self.bound.set(bound);
    }

    /// Where this process plays the part of the Graph API for simulated phones; none while nothing is served.
    pub fn simulator_url(&self) -> Option<String> {
        self.bound.get().map(|a| format!("http://127.0.0.1:{}/simulator/graph", a.port()))
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        self.store.clock()
    }

    /// Who is who, as of the last change.
    pub fn directory(&self) -> Arc<Directory> {
        self.directory.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the directory again, after a change of businesses or connections.
    pub async fn reload(&self) -> Result<()> {
        let fresh = Arc::new(directory::read(&self.store, &self.vault, &self.config).await?);
        fresh.trust_hosts(&self.net);
        *self.directory.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// Learns in the background how a business's customers say things, so that the next of them need not wait for it.
    pub fn learn_intents(self: &Arc<Self>, business: Id) {
        let app = self.clone();
        self.tasks.spawn("learn", async move {
            let Ok((business, file)) = app.business(business) else { return };
            let shelf = app.shelf.clone();
            let desk = file.read(move |tx| shelf.desks.of(tx, &business, &shelf.profile(tx, business.id)?)).await;
            match desk {
                Ok(desk) => drop(tokio::task::spawn_blocking(move || desk.reader.learn()).await),
                Err(e) => tracing::warn!(error = %e, "what customers say could not be learned beforehand"),
            }
        });
    }
    /// A business and its file.
    pub fn business(&self, id: Id) -> Result<(Business, Arc<File>)> {
        let business = self.directory().business(id).cloned().ok_or_else(|| Error::not_found("business"))?;
        Ok((business, self.store.business(id)?))
    }

    /// The open file of a business of this server, also when it is set aside; an error names the business and the path.
    pub async fn file_of(&self, b: &Business) -> Result<Arc<File>> {
        let file = self.store.business_even_aside(b.id).map_err(|e| self.blamed(b, e))?;
        file.ready().await.map_err(|e| self.blamed(b, e))?;
        Ok(file)
    }

    /// What is wrong with a business's file, for whoever mends it.
    pub fn blamed(&self, b: &Business, mut e: Error) -> Error {
        let path = self.config.paths.business(b.id);
        if e.kind == Kind::NotFound {
            let gone = format!(
                "{} is gone. Put it back, restore it from a backup, or remove the business.",
                self.store.business_dir(b.id).display()
            );
            e = Error::unavailable(gone);
        }
        let folder = self.store.business_dir(b.id).display().to_string();
        let place = if e.message.contains(&folder) { String::new() } else { format!("{}: ", path.display()) };
        e.message = format!("The business {} cannot be served: {place}{}", b.slug, e.message);
        e
    }
}

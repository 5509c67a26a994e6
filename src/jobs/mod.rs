//! Everything that runs in the background, one file a kind.

mod advance_run;
mod answer_approval;
mod carriers;
mod check_mail;
mod check_payment;
mod digest;
mod do_effect;
mod embed;
mod end_hold;
mod expire_approval;
mod expire_order;
mod fetch_media;
mod finish_erasure;
mod hang_up;
mod hear_note;
mod letters;
mod make_checkout;
mod mark_read;
mod nudge;
mod nudge_approval;
mod nudge_devices;
mod prune;
mod read_document;
mod read_receipt;
mod reconcile;
mod remind_booking;
mod replay_hook;
mod request_purchase;
mod resume;
mod run_agent;
mod sellers;
mod send_campaign;
mod send_letter;
mod send_message;
mod send_push;
mod send_refund;
mod simulate_hook;
mod speak;
mod suggest_reply;
mod sync_templates;
mod take_command;
mod tell_overdue;

use crate::agents::models::Configured;
use crate::agents::runs;
use crate::agents::turn::driver::Turns;
use crate::app::{App, gateways, media};
use crate::channels::meta::client::{Client, Settings};
use crate::domain::error::{Error, Result};
use crate::domain::house::business::Business;
use crate::domain::id::Id;
use crate::domain::job::Job;
use crate::domain::time::HOUR_MS;
use crate::graph::Runtime;
use crate::providers::llm::Model;
use crate::queue::Handler;
use crate::services::house::spoken;
use crate::services::reception::notice::LINK_BASE;
use crate::services::shop::gateway;
use crate::store::at_once::Doer;
use crate::store::file::File;
use crate::store::house::erasure::unused_media;
use crate::store::jobs;
use crate::store::meta;
use crate::store::tx::{LeasedJob, Read};
use async_trait::async_trait;
use carriers::Post;
use std::sync::Arc;

/// Does every job.
pub struct Worker {
    app: Arc<App>,
    turns: Turns,
    runtime: Runtime,
}

/// One job of one business.
struct Work<'a> {
    app: &'a App,
    turns: &'a Turns,
    runtime: &'a Runtime,
    business: Business,
    file: Arc<File>,
    id: i64,
    attempts: u32,
}

impl Worker {
    /// A worker with the built-in model and those that are configured, for these graphs.
    pub fn new(app: Arc<App>, built_in: Arc<dyn Model>, runtime: Runtime) -> Self {
        let models = Arc::new(Configured::new(&app, built_in.clone()));
        let turns = Turns::new(built_in, models, app.shelf.clone());
        Self { app, turns, runtime }
    }
}

#[async_trait]
impl Handler for Worker {
    async fn handle(&self, business: Id, job: &LeasedJob) -> Result<()> {
        let (business, file) = self.app.business(business)?;
        let work = Work { app: &self.app, turns: &self.turns, runtime: &self.runtime, business, file, id: job.id, attempts: job.attempts };
        match &job.job {
            Job::RunAgent { conversation_id } => run_agent::run(&work, *conversation_id).await,
            Job::SuggestReply { conversation_id } => suggest_reply::run(&work, *conversation_id).await,
            Job::TellOverdue { conversation_id, due_at } => tell_overdue::run(&work, *conversation_id, *due_at).await,
            Job::SendMessage { message_id } => send_message::run(&work, *message_id).await,
            Job::MarkRead { provider_id, conversation_id } => mark_read::run(&work, *conversation_id, provider_id).await,
            Job::FetchMedia { message_id } => fetch_media::run(&work, *message_id).await,
            Job::ReplayHook { inbox_id } => replay_hook::run(&work, *inbox_id).await,
            Job::Reconcile { message_id } => reconcile::run(&work, *message_id).await,
            Job::ExpireOrder { order_id } => expire_order::run(&work, *order_id).await,
            Job::RemindBooking { booking_id, starts_at } => remind_booking::run(&work, *booking_id, *starts_at).await,
            Job::EndHold { booking_id, until } => end_hold::run(&work, *booking_id, *until).await,
            Job::SimulateHook { body } => simulate_hook::run(&work, body).await,
            Job::SyncTemplates { account } => sync_templates::run(&work, account).await,
            Job::ReadDocument { document_id } => read_document::run(&work, *document_id).await,
            Job::ReadReceipt { receipt_id } => read_receipt::run(&work, *receipt_id).await,
            Job::AdvanceRun { run_id } => advance_run::run(&work, *run_id).await,
            Job::DoEffect { effect_id } => do_effect::run(&work, *effect_id).await,
            Job::ExpireApproval { approval_id } => expire_approval::run(&work, *approval_id).await,
            Job::NudgeApproval { approval_id } => nudge_approval::run(&work, *approval_id).await,
            Job::NudgeDevices { about, id } => nudge_devices::run(&work, *about, *id).await,
            Job::HangUp { call_id } => hang_up::run(&work, *call_id).await,
            Job::SendPush { push_id } => send_push::run(&work, *push_id).await,
            Job::AnswerApproval { approval_id, member_id, yes, message_id, conversation_id } => {
                answer_approval::run(&work, *approval_id, *member_id, *yes, *message_id, *conversation_id).await
            }
            Job::HearNote { message_id } => hear_note::run(&work, *message_id).await,
            Job::RequestPurchase { member_id, message_id, conversation_id } => {
                request_purchase::run(&work, *member_id, *message_id, *conversation_id).await
            }
            Job::Embed => embed::run(&work).await,
            Job::MakeCheckout { checkout_id } => make_checkout::run(&work, *checkout_id).await,
            Job::CheckPayment { checkout_id, payment_id } => check_payment::run(&work, *checkout_id, payment_id).await,
            Job::SendRefund { refund_id } => send_refund::run(&work, *refund_id).await,
            Job::TakeCommand { member_id, message_id } => take_command::run(&work, *member_id, *message_id).await,
            Job::TellLowStock { item_id } => digest::low_stock(&work, *item_id).await,
            Job::Digest => digest::run(&work).await,
            Job::FinishErasure { erasure_id } => finish_erasure::run(&work, *erasure_id).await,
            Job::SendCampaign { campaign_id } => send_campaign::run(&work, *campaign_id).await,
            Job::Nudge => nudge::run(&work).await,
            Job::CheckMail => check_mail::run(&work).await,
            Job::SendLetter { letter_id } => send_letter::run(&work, *letter_id).await,
            Job::Prune => prune::run(&work).await,
        }
    }
}

impl Work<'_> {
    /// Done, with nothing else to write.
    async fn finish(&self) -> Result<()> {
        let id = self.id;
        self.file.write(move |tx| jobs::finish_job(tx, id)).await
    }

    /// Throws a kept file away, unless something names it: the same bytes have the same name everywhere.
    async fn remove_unused(&self, name: String) -> Result<()> {
        for gone in self.file.read(move |tx| unused_media(tx, vec![name])).await? {
            media::remove(self.app, self.business.id, &gone).await?;
        }
        Ok(())
    }

    /// Speaks to Meta for one of our numbers; none when it is not connected or carried by the simulator.
    fn client(&self, account: &str) -> Option<Client> {
        let directory = self.app.directory();
        let number = directory.number(account).filter(|n| n.business_id == self.business.id && !n.simulated)?;
        let mut settings = Settings::new(account, number.token.clone());
        settings.base_url.clone_from(&self.app.config.whatsapp.base_url);
        settings.version.clone_from(&self.app.config.whatsapp.api_version);
        settings.app_secret = Some(number.app_secret.clone());
        Some(Client::new(self.app.net.clone(), settings))
    }

    /// Fetches files customers sent to one of our numbers: from its carrier, or from this process for a simulated phone.
    fn media_client(&self, account: &str) -> Option<Post> {
        if !self.is_simulated(account) {
            return self.post(account);
        }
        let token = self.app.directory().number(account)?.token.clone();
        let settings = Settings { base_url: self.app.simulator_url()?, ..Settings::new(account, token) };
        Some(Post::Meta(Client::new(self.app.net.clone(), settings)))
    }

    /// Whether the phone simulator carries this number.
    fn is_simulated(&self, account: &str) -> bool {
        self.app.directory().number(account).is_some_and(|n| n.simulated && n.business_id == self.business.id)
    }
}

/// Puts the queue to work: frees what a process before this one had leased, then runs until stopped.
pub async fn start(app: &Arc<App>, built_in: Arc<dyn Model>) -> Result<()> {
    let runtime = runs::runtime(app);
    start_with(app, built_in, runtime).await
}

/// The same with other graphs.
pub async fn start_with(app: &Arc<App>, built_in: Arc<dyn Model>, runtime: Runtime) -> Result<()> {
    let engine = app.connect_queue()?;
    let worker = Arc::new(Worker::new(app.clone(), built_in, runtime));
    do_turns_at_once(app, &worker);
    resume::all(app).await?;
    app.tasks.spawn("queue", engine.run(worker));
    Ok(())
}

/// Looks whether a business that was set aside can be used again, as is done once a minute.
pub async fn try_again(app: &App) {
    resume::try_again(app).await;
}

/// A turn that needs nobody on the network is done in the transaction that stored the customer's words.
fn do_turns_at_once(app: &Arc<App>, worker: &Arc<Worker>) {
    // Weak: the store is part of the app, and must not keep it alive.
    let (weak, worker) = (Arc::downgrade(app), Arc::downgrade(worker));
    let begin = move |tx: &Read<'_>, business: Id, job: &Job| {
        let Job::RunAgent { conversation_id } = job else { return None };
        let (app, worker) = (weak.upgrade()?, worker.upgrade()?);
        let business = app.directory().business(business)?.clone();
        worker.turns.begin_now(tx, business, *conversation_id)
    };
    let weak = Arc::downgrade(app);
    let undone = move |business: Id| {
        if let Some(app) = weak.upgrade() {
            app.shelf.forget(business);
        }
    };
    app.store.on_now(Doer { begin: Arc::new(begin), undone: Arc::new(undone) });
}

/// A business was added while serving: its recurring work begins.
pub async fn adopt(app: &App, id: Id) -> Result<()> {
    let (base, given, voices) = (link_base(app, &app.business(id)?.0), gateways::given(&app.config), app.mouths.langs());
    let file = app.store.business(id)?;
    let adopted = file.write(move |tx| {
        meta::upsert_meta(tx, LINK_BASE, &base)?;
        gateway::offer(tx, given)?;
        spoken::offer(tx, &voices)?;
        jobs::upsert_schedule(tx, "digest", &Job::Digest, HOUR_MS / 2)?;
        jobs::upsert_schedule(tx, "prune", &Job::Prune, 6 * HOUR_MS)
    });
    adopted.await
}

/// Where a business's public page is; links to customers begin with it. Without a public address only its path: nobody's phone
/// reaches 127.0.0.1.
fn link_base(app: &App, b: &Business) -> String {
    format!("{}/b/{}", app.config.server.public_url.as_deref().unwrap_or_default(), b.slug)
}

/// The error for a number that is no longer connected.
fn not_connected() -> Error {
    Error::unavailable("This number or page is not connected any more.")
}

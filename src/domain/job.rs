//! Everything that happens in the background. A closed list: a new kind does not compile until it has a handler.

use super::house::device::Waits;
use super::id::Id;
use super::time::Time;
use serde::{Deserialize, Serialize};

/// A piece of background work, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub enum Job {
    /// Answer what is new in a conversation.
    RunAgent {
        /// The conversation.
        conversation_id: Id,
    },
    /// Draft what a person could answer.
    SuggestReply {
        /// In this conversation.
        conversation_id: Id,
    },
    /// Nobody has answered a customer who waits for a person: tell the owner.
    TellOverdue {
        /// The conversation.
        conversation_id: Id,
        /// When somebody should have.
        due_at: Time,
    },
    /// Hand a message to its channel.
    SendMessage {
        /// The message.
        message_id: Id,
    },
    /// Show the customer that a message was read and a reply is coming.
    MarkRead {
        /// The conversation.
        conversation_id: Id,
        /// The provider's id of the customer's message.
        provider_id: String,
    },
    /// Fetch a file the customer sent.
    FetchMedia {
        /// The message that holds it.
        message_id: Id,
    },
    /// Turn a voice note into words, or ask the customer to type.
    HearNote {
        /// The message that holds it.
        message_id: Id,
    },
    /// Read a stored webhook body again.
    ReplayHook {
        /// The row of the inbox.
        inbox_id: i64,
    },
    /// A message handed over with unknown outcome: wait for its status, then show it to a person.
    Reconcile {
        /// The message.
        message_id: Id,
    },
    /// Give back the stock of an order that was not paid in time.
    ExpireOrder {
        /// The order.
        order_id: Id,
    },
    /// Remind a customer of a booking.
    RemindBooking {
        /// The booking.
        booking_id: Id,
        /// When it begins; a moved booking has a reminder of its own.
        starts_at: Time,
    },
    /// Give up a place that was kept until now.
    EndHold {
        /// The booking.
        booking_id: Id,
        /// Until when it was kept.
        until: Time,
    },
    /// The simulated network brings a status or a message back to us.
    SimulateHook {
        /// The signed body.
        body: String,
    },
    /// Fetch the messages Meta has approved for a number.
    SyncTemplates {
        /// The number's id at Meta.
        account: String,
    },
    /// Take the text out of a document and make it findable.
    ReadDocument {
        /// The document.
        document_id: Id,
    },
    /// Read a proof of payment somebody sent.
    ReadReceipt {
        /// The receipt.
        receipt_id: Id,
    },
    /// Make the vectors that are missing, so that everything is found by meaning.
    Embed,
    /// Take a run further.
    AdvanceRun {
        /// The run.
        run_id: Id,
    },
    /// Do a deed of a run outside of this process, or look whether it happened.
    DoEffect {
        /// Its row.
        effect_id: i64,
    },
    /// Give up a question nobody answered in time.
    ExpireApproval {
        /// The question.
        approval_id: Id,
    },
    /// Tell the phones of those who may decide that a question waits.
    NudgeApproval {
        /// The question.
        approval_id: Id,
    },
    /// Tell the devices of those who should know that something waits.
    NudgeDevices {
        /// What it is.
        about: Waits,
        /// The question, conversation or order.
        id: Id,
    },
    /// End a call by telephone whose talk is over.
    HangUp {
        /// The call.
        call_id: Id,
    },
    /// Tell one device, once.
    SendPush {
        /// The nudge.
        push_id: Id,
    },
    /// A member has answered a question from the phone.
    AnswerApproval {
        /// The question.
        approval_id: Id,
        /// Who.
        member_id: Id,
        /// What.
        yes: bool,
        /// With this message.
        message_id: Id,
        /// In this thread.
        conversation_id: Id,
    },
    /// Do what a member said from a verified phone.
    TakeCommand {
        /// Who.
        member_id: Id,
        /// With this message.
        message_id: Id,
    },
    /// Tell the owners' phones that little is left of something.
    TellLowStock {
        /// Of this.
        item_id: Id,
    },
    /// Send the day in a few lines to the owners' phones, when it is its hour.
    Digest,
    /// A member has asked for a purchase from the phone.
    RequestPurchase {
        /// Who.
        member_id: Id,
        /// With this message.
        message_id: Id,
        /// In this thread.
        conversation_id: Id,
    },
    /// Make the payment page of an order at its gateway.
    MakeCheckout {
        /// The page.
        checkout_id: Id,
    },
    /// Ask a gateway how a payment stands.
    CheckPayment {
        /// The page it was paid on.
        checkout_id: Id,
        /// The gateway's id of the money, as its news named it; may be empty.
        payment_id: String,
    },
    /// Hand a refund to its gateway, or look whether it got there.
    SendRefund {
        /// The refund.
        refund_id: Id,
    },
    /// Clean up after a person was erased, when whoever asked could not.
    FinishErasure {
        /// The erasure.
        erasure_id: Id,
    },
    /// Send the next part of a campaign.
    SendCampaign {
        /// The campaign.
        campaign_id: Id,
    },
    /// Remind customers of what they left.
    Nudge,
    /// Look into the inboxes of the business.
    CheckMail,
    /// Send a letter to a member.
    SendLetter {
        /// The letter.
        letter_id: Id,
    },
    /// Throw away what is old: webhook bodies that were read, events, steps of runs, answers to repeated writes, media past their time.
    Prune,
}

/// A line of waiting jobs with its own number of places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// Turns; a model may take long.
    Turns,
    /// Calls to channels.
    Channels,
    /// Everything that needs no network.
    House,
    /// Files customers sent; they may be large and slow, and no reply waits behind them.
    Downloads,
}

impl Line {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Turns, Self::Channels, Self::House, Self::Downloads];
    /// How many of its jobs run at once, over all businesses.
    pub const fn places(self) -> usize {
        match self {
            Self::Turns => 192,
            Self::Channels | Self::House => 64,
            Self::Downloads => 16,
        }
    }
}

impl Job {
    /// The word in the database and in metrics.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::RunAgent { .. } => "run_agent",
            Self::SuggestReply { .. } => "suggest_reply",
            Self::TellOverdue { .. } => "tell_overdue",
            Self::SendMessage { .. } => "send_message",
            Self::MarkRead { .. } => "mark_read",
            Self::FetchMedia { .. } => "fetch_media",
            Self::HearNote { .. } => "hear_note",
            Self::ReplayHook { .. } => "replay_hook",
            Self::Reconcile { .. } => "reconcile",
            Self::ExpireOrder { .. } => "expire_order",
            Self::RemindBooking { .. } => "remind_booking",
            Self::EndHold { .. } => "end_hold",
            Self::SimulateHook { .. } => "simulate_hook",
            Self::SyncTemplates { .. } => "sync_templates",
            Self::ReadDocument { .. } => "read_document",
            Self::ReadReceipt { .. } => "read_receipt",
            Self::Embed => "embed",
            Self::AdvanceRun { .. } => "advance_run",
            Self::DoEffect { .. } => "do_effect",
            Self::ExpireApproval { .. } => "expire_approval",
            Self::NudgeApproval { .. } => "nudge_approval",
            Self::NudgeDevices { .. } => "nudge_devices",
            Self::SendPush { .. } => "send_push",
            Self::HangUp { .. } => "hang_up",
            Self::AnswerApproval { .. } => "answer_approval",
            Self::TakeCommand { .. } => "take_command",
            Self::TellLowStock { .. } => "tell_low_stock",
            Self::Digest => "digest",
            Self::RequestPurchase { .. } => "request_purchase",
            Self::MakeCheckout { .. } => "make_checkout",
            Self::CheckPayment { .. } => "check_payment",
            Self::SendRefund { .. } => "send_refund",
            Self::FinishErasure { .. } => "finish_erasure",
            Self::SendCampaign { .. } => "send_campaign",
            Self::Nudge => "nudge",
            Self::CheckMail => "check_mail",
            Self::SendLetter { .. } => "send_letter",
            Self::Prune => "prune",
        }
    }
    /// Which line it waits in: a provider that hangs holds up its own line only.
    pub const fn line(&self) -> Line {
        match self {
            Self::RunAgent { .. } | Self::SuggestReply { .. } => Line::Turns,
            Self::SendMessage { .. }
            | Self::MarkRead { .. }
            | Self::SyncTemplates { .. }
            | Self::DoEffect { .. }
            | Self::MakeCheckout { .. }
            | Self::CheckPayment { .. }
            | Self::SendRefund { .. }
            | Self::CheckMail
            | Self::SendLetter { .. }
            | Self::SendPush { .. }
            | Self::HangUp { .. }
            | Self::Embed => Line::Channels,
            Self::FetchMedia { .. } | Self::HearNote { .. } => Line::Downloads,
            _ => Line::House,
        }
    }
    /// Jobs of a business with the same lane run one after another.
    pub fn lane(&self) -> Option<String> {
        match self {
            Self::RunAgent { conversation_id } => Some(format!("turn:{conversation_id}")),
            // Whoever finds a message leaving then knows that nobody in this process is at it.
            Self::SendMessage { message_id } => Some(format!("message:{message_id}")),
            Self::ReadDocument { document_id } => Some(format!("document:{document_id}")),
            Self::ReadReceipt { receipt_id } => Some(format!("receipt:{receipt_id}")),
            Self::AdvanceRun { run_id } => Some(format!("run:{run_id}")),
            Self::SendCampaign { campaign_id } => Some(format!("campaign:{campaign_id}")),
            Self::DoEffect { effect_id } => Some(format!("effect:{effect_id}")),
            Self::MakeCheckout { checkout_id } | Self::CheckPayment { checkout_id, .. } => Some(format!("checkout:{checkout_id}")),
            Self::SendRefund { refund_id } => Some(format!("refund:{refund_id}")),
            Self::SendLetter { letter_id } => Some(format!("letter:{letter_id}")),
            Self::HangUp { call_id } => Some(format!("line:{call_id}")),
            Self::SendPush { push_id } => Some(format!("push:{push_id}")),
            // They go through everything there is; one that a person revives may come beside another.
            Self::Embed | Self::CheckMail => Some(self.kind().to_owned()),
            _ => None,
        }
    }
}

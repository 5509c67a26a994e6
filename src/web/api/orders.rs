//! Orders and their payments.

use super::contacts::Who;
use super::page::{Page, Part, id_cursor, most};
use super::shapes::OrderOut;
use crate::domain::error::{Error, Result};
use crate::domain::house::member::{Actor, Role};
use crate::domain::id::Id;
use crate::domain::money::{Currency, Money};
use crate::domain::shop::basket::{self, AddLine, AddToBasket, NoteOrder, Pick, SetFulfilment};
use crate::domain::shop::draft::{Draft, Fulfilment};
use crate::domain::shop::order::{Order, Status};
use crate::domain::shop::payment::{Payment, PaymentState};
use crate::domain::time::Time;
use crate::services::house::chat::find_or_add;
use crate::services::house::once::Once;
use crate::services::shop::{order as orders, payment};
use crate::store::house::{contact, conversation as threads, item};
use crate::store::meta;
use crate::store::shop::{order, payment as payments};
use crate::store::tx::{Read, Tx};
use crate::web::Shared;
use crate::web::error::ApiResult;
use crate::web::extract::body::{Json, Params};
use crate::web::extract::caller::Caller;
use crate::web::extract::write::{Nothing, PathId, Write};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(reviews))
        .routes(routes!(detail))
        .routes(routes!(set_status))
        .routes(routes!(approve))
        .routes(routes!(reject))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Only orders that stand there.
    #[param(value_type = Option<Status>)]
    status: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Orders, newest first.
#[utoipa::path(get, path = "/orders", tag = "orders", params(Filter), responses((status = 200, body = Page<OrderOut>)))]
async fn list(caller: Caller, Params(f): Params<Filter>) -> ApiResult<Json<Page<OrderOut>>> {
    let status = f.status.as_deref().map(Status::from_word).transpose()?;
    page(&caller, status, &Part { limit: f.limit, cursor: f.cursor }).await
}

/// Orders whose payment a person must look at.
#[utoipa::path(get, path = "/orders/payment-reviews", tag = "orders", params(Part), responses((status = 200, body = Page<OrderOut>)))]
async fn reviews(caller: Caller, Params(p): Params<Part>) -> ApiResult<Json<Page<OrderOut>>> {
    page(&caller, Some(Status::AwaitingConfirmation), &p).await
}

async fn page(caller: &Caller, status: Option<Status>, p: &Part) -> ApiResult<Json<Page<OrderOut>>> {
    let (before, most) = (id_cursor(p.cursor.as_deref())?, most(p.limit));
    let found = caller.file.read(move |tx| Ok((order::list_orders(tx, status, before, most + 1)?, currency(tx)?)));
    let (rows, c) = found.await?;
    Ok(Json(Page::cut(rows, most, |r| r.order.id.to_string(), |r| OrderOut::of(r.order, c))))
}

fn currency(tx: &Read<'_>) -> Result<Currency> {
    Ok(meta::find_profile(tx)?.currency)
}

/// Money expected for an order.
#[derive(Serialize, ToSchema)]
struct PaymentOut {
    state: PaymentState,
    amount: Money,
    /// When the customer said it was sent.
    claimed_at: Option<Time>,
    decided_at: Option<Time>,
    decided_by: String,
    /// Why it was rejected.
    note: String,
}

impl PaymentOut {
    fn of(p: Payment, c: Currency) -> Self {
        let amount = Money::new(p.amount_minor, c);
        Self { state: p.state, amount, claimed_at: p.claimed_at, decided_at: p.decided_at, decided_by: p.decided_by, note: p.note }
    }
}

/// A line of an order's history.
#[derive(Serialize, ToSchema)]
struct ChangeOut {
    at: Time,
    from: Option<Status>,
    to: Status,
    actor: String,
    note: String,
}

impl From<order::Change> for ChangeOut {
    fn from(c: order::Change) -> Self {
        Self { at: c.at, from: c.from, to: c.to, actor: c.actor, note: c.note }
    }
}

/// An order with its payment and history.
#[derive(Serialize, ToSchema)]
struct OrderDetail {
    #[serde(flatten)]
    order: OrderOut,
    payment: PaymentOut,
    history: Vec<ChangeOut>,
}

fn whole(tx: &Read<'_>, id: Id) -> Result<OrderDetail> {
    let (o, c) = (order::find_order(tx, id)?, currency(tx)?);
    let history = order::list_history(tx, id)?.into_iter().map(ChangeOut::from).collect();
    Ok(OrderDetail { payment: PaymentOut::of(payments::find_payment(tx, id)?, c), history, order: OrderOut::of(o, c) })
}

/// One order with its payment and history.
#[utoipa::path(get, path = "/orders/{id}", tag = "orders", params(("id" = Id, Path)), responses((status = 200, body = OrderDetail)))]
async fn detail(caller: Caller, PathId(id): PathId) -> ApiResult<Json<OrderDetail>> {
    Ok(Json(caller.file.read(move |tx| whole(tx, id)).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PickIn {
    /// The option: "Size".
    group: String,
    /// The choice: "Large".
    choice: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LineIn {
    item_id: Id,
    quantity: i64,
    #[serde(default)]
    options: Vec<PickIn>,
    /// "no onions".
    #[serde(default)]
    note: String,
}

/// A new order. Prices come from the catalogue.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewOrder {
    /// For this contact, or
    contact_id: Option<Id>,
    /// for whoever this is.
    contact: Option<Who>,
    /// Where news about it goes; the contact's latest conversation when absent.
    conversation_id: Option<Id>,
    /// At least one.
    lines: Vec<LineIn>,
    fulfilment: Fulfilment,
    /// Where it goes, for a delivery.
    address: Option<String>,
    /// What the customer wishes for the order as a whole: "tomorrow at 1pm".
    #[serde(default)]
    note: String,
}

impl NewOrder {
    /// What the request alone shows to be missing.
    fn check(&self) -> Result<()> {
        if self.lines.is_empty() {
            return Err(Error::field("lines", "Name at least one item."));
        }
        let nowhere = self.address.as_ref().is_none_or(|a| a.trim().is_empty());
        if self.fulfilment == Fulfilment::Delivery && nowhere {
            return Err(Error::field("address", "Say where to deliver."));
        }
        Ok(())
    }
}

/// Make an order for a contact. Stock is taken; payment is asked for.
#[utoipa::path(post, path = "/orders", tag = "orders", request_body = NewOrder, responses((status = 201, body = OrderDetail)))]
async fn create(caller: Caller, Write { body, once }: Write<NewOrder>) -> ApiResult<Response> {
    caller.role.require(Role::Agent)?;
    caller
        .write(once, StatusCode::CREATED, move |tx, actor| {
            body.check()?;
            let whose = whose(tx, &body)?;
            let (profile, menu) = (meta::find_profile(tx)?, item::find_menu(tx, None)?);
            let mut draft = Draft::default();
            basket::add(&mut draft, &menu, &AddToBasket { lines: body.lines.into_iter().map(added).collect() })?;
            basket::set_fulfilment(&mut draft, &profile, &SetFulfilment { how: body.fulfilment, address: body.address })?;
            basket::note_order(&mut draft, &NoteOrder { note: body.note });
            let o = orders::place(tx, &profile, &menu, &draft, whose, actor)?;
            whole(tx, o.id)
        })
        .await
}

fn added(l: LineIn) -> AddLine {
    let options = l.options.into_iter().map(|p| Pick { group: p.group, choice: p.choice }).collect();
    AddLine { item_id: l.item_id, quantity: l.quantity, options, note: l.note }
}

fn whose(tx: &mut Tx<'_>, body: &NewOrder) -> Result<orders::For> {
    let contact_id = match (&body.contact_id, &body.contact) {
        (Some(id), None) => contact::find_present(tx, *id)?.id,
        (None, Some(who)) => {
            let identities = who.identities(tx)?;
            if identities.is_empty() {
                return Err(Error::field("contact", "Send the contact's phone number or e-mail address."));
            }
            find_or_add(tx, &identities, who.name.as_deref().unwrap_or(""))?
        }
        _ => return Err(Error::field("contact_id", "Name the contact: contact_id or contact, one of them.")),
    };
    let conversation_id = match body.conversation_id {
        Some(id) if threads::find_conversation(tx, id)?.contact_id != contact_id => return Err(Error::not_found("conversation")),
        Some(id) => Some(id),
        None => threads::find_latest_conversation(tx, contact_id)?.map(|t| t.id),
    };
    Ok(orders::For { contact_id, conversation_id })
}

async fn decide(
    caller: &Caller,
    once: Once,
    role: Role,
    act: impl FnOnce(&mut Tx<'_>, &Actor) -> Result<Order> + Send + 'static,
) -> ApiResult<Response> {
    caller.role.require(role)?;
    caller
        .write(once, StatusCode::OK, move |tx, actor| {
            let o = act(tx, actor)?;
            whole(tx, o.id)
        })
        .await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetStatus {
    status: Status,
    /// For the history, and for the customer when it is cancelled.
    #[serde(default)]
    note: String,
}

/// Move an order on. `paid` comes by approving the payment.
#[utoipa::path(post, path = "/orders/{id}/status", tag = "orders", params(("id" = Id, Path)), request_body = SetStatus, responses((status = 200, body = OrderDetail)))]
async fn set_status(caller: Caller, PathId(id): PathId, Write { body, once }: Write<SetStatus>) -> ApiResult<Response> {
    decide(&caller, once, orders::MOVES, move |tx, actor| orders::set_status(tx, id, body.status, actor, body.note.trim())).await
}

/// A person has seen the money.
#[utoipa::path(post, path = "/orders/{id}/approve-payment", tag = "orders", params(("id" = Id, Path)), responses((status = 200, body = OrderDetail)))]
async fn approve(caller: Caller, PathId(id): PathId, w: Write<Nothing>) -> ApiResult<Response> {
    decide(&caller, w.once, Role::Manager, move |tx, actor| payment::approve(tx, id, actor)).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Rejection {
    /// What the customer is told.
    reason: String,
}

/// A person looked and did not find the money.
#[utoipa::path(post, path = "/orders/{id}/reject-payment", tag = "orders", params(("id" = Id, Path)), request_body = Rejection, responses((status = 200, body = OrderDetail)))]
async fn reject(caller: Caller, PathId(id): PathId, Write { body, once }: Write<Rejection>) -> ApiResult<Response> {
    decide(&caller, once, Role::Manager, move |tx, actor| payment::reject(tx, id, actor, body.reason.trim())).await
}

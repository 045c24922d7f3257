//! `POST /api/orders/checkout`: makes an order of the caller's cart.
//!
//! [`request`] (what is sent), `gather` (what the other services say), [`handle`] (agree, price, write, wait). The order, its
//! saga, the first command and the answer under its `Idempotency-Key` are one commit.

mod gather;
mod request;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use revcart_http_edge::idempotency::{Idempotent, Once, Reply};
use revcart_http_edge::{Answer, Identity, Prefer, Problem, RequestCause};
use revcart_persistence::{Cause, Error as PersistenceError, UnitOfWork};
use sea_orm::DbErr;
use shared_events::pricing;
use shared_events::{CartId, OrderId, PaymentToken, UserId};

use self::gather::Gathered;
use self::request::CheckoutRequest;
use super::body::OrderBody;
use super::settling::{self, Accepted};
use crate::app::App;
use crate::case::{self, Case};
use crate::domain::{Order, OrderNumber, Terms};
use crate::store::orders::{self, CART_TAKEN, NUMBER_TAKEN};

/// Numbers drawn before giving up; with a million orders a number is taken once in 650,000 draws.
const DRAWS: usize = 3;

pub(crate) async fn handle(
    State(app): State<App>,
    identity: Identity,
    Prefer { wait }: Prefer,
    RequestCause(cause): RequestCause,
    request: Idempotent<CheckoutRequest>,
) -> Answer<Response> {
    let accepted = accept(&app, identity.user_id()?, (cause, wait.is_some()), request).await?;
    settling::answer(&app, accepted, wait).await
}

/// The order that this request has made, now or before. Until it returns, the same key is refused.
async fn accept(
    app: &App,
    user: UserId,
    (cause, waits): (Cause, bool),
    request: Idempotent<CheckoutRequest>,
) -> Answer<Accepted> {
    request.body.check()?;
    let gathered = match gather::all(app, user, &request.body).await {
        Ok(gathered) => gathered,
        // The same request may have been answered before, when the cart was still full.
        Err(refused) => {
            let reply = answered(app, request.once.clone()).await?.ok_or(refused)?;
            return Ok(Accepted {
                reply,
                following: None,
            });
        }
    };
    let terms = agree(app, user, &request.body, gathered)?;
    let attempt = Attempt {
        app: app.clone(),
        once: request.once.clone(),
        id: OrderId::new(),
        number: OrderNumber::draw(&mut rand::rng()),
        terms,
        payment_token: request.body.payment_token.clone(),
        cause,
    };
    let following = waits
        .then(|| app.followers.follow(attempt.id).ok())
        .flatten();
    let reply = write_with_a_free_number(app, attempt).await?;
    Ok(Accepted {
        following: following.filter(|_| !reply.replayed),
        reply,
    })
}

fn agree(app: &App, user: UserId, request: &CheckoutRequest, gathered: Gathered) -> Answer<Terms> {
    let tariff = &app.config.tariff;
    let price = pricing::price(&gathered.lines, &pricing::Terms::default(), tariff)
        .map_err(|error| Problem::unprocessable("NOT_PRICEABLE", error.to_string()))?;
    Ok(Terms {
        user_id: Some(user),
        cart_id: gathered.cart_id,
        cart_version: gathered.cart_version,
        lines: gathered.lines,
        price,
        payment_method: request.payment_method,
        shipping_address: gathered.shipping_address,
        contact: gathered.contact,
        note: request.note.clone(),
    })
}

/// What a write needs, and needs again if it is repeated.
#[derive(Clone)]
struct Attempt {
    app: App,
    once: Once,
    id: OrderId,
    number: OrderNumber,
    terms: Terms,
    payment_token: Option<PaymentToken>,
    cause: Cause,
}

/// Why the order was not written.
enum Refused {
    NumberTaken,
    CartTaken,
    /// The key has been answered before, here or in another process.
    KeyTaken(Problem),
    Other(Problem),
}

async fn write_with_a_free_number(app: &App, mut attempt: Attempt) -> Result<Reply, Refused> {
    for _ in 1..DRAWS {
        match write(app, attempt.clone()).await {
            Err(Refused::NumberTaken) => attempt.number = OrderNumber::draw(&mut rand::rng()),
            other => return other,
        }
    }
    write(app, attempt).await
}

async fn write(app: &App, attempt: Attempt) -> Result<Reply, Refused> {
    let (cart_id, cart_version) = (attempt.terms.cart_id, attempt.terms.cart_version);
    let once = attempt.once.clone();
    let written = app
        .database
        .write(attempt, |unit, attempt| Box::pin(append(unit, attempt)))
        .await;
    match written {
        Err(Refused::CartTaken) => match answered(app, once).await? {
            Some(reply) => Ok(reply),
            None => Err(taken(app, cart_id, cart_version).await?.into()),
        },
        Err(Refused::KeyTaken(problem)) => answered(app, once).await?.ok_or(problem.into()),
        other => other,
    }
}

/// Names the order that was faster. Asked of the writer, because that order may stand in the commit that is just being made.
async fn taken(app: &App, cart_id: CartId, cart_version: u32) -> Answer<Problem> {
    let holder = app.database.write((), move |unit, ()| {
        Box::pin(async move {
            let holder = orders::holder_of_cart(unit.sql(), cart_id, cart_version).await?;
            Ok::<_, PersistenceError>(holder)
        })
    });
    Ok(match holder.await? {
        Some(order) => {
            Problem::conflict("ALREADY_CHECKED_OUT", "this cart has been ordered already")
                .with("orderId", order)
        }
        None => Problem::unavailable("this cart was being ordered; try again"),
    })
}

/// Writes the order and the answer. Whether the key was answered before need not be asked: the same cart or the same key is
/// refused then, and it hardly ever was.
async fn append(unit: &mut UnitOfWork, attempt: &Attempt) -> Result<Reply, Refused> {
    let Attempt {
        app,
        id,
        number,
        terms,
        payment_token,
        ..
    } = attempt;
    let order = Order::place(
        *id,
        *number,
        terms.clone(),
        payment_token.clone(),
        unit.now(),
    );
    let cause = attempt.cause.clone().correlated(id.to_string());
    let case = Case::begin(order, &app.config.saga, cause, unit.now());
    let order = case::open(unit, case)
        .await
        .map_err(|error| refused(error.into()))?;
    let body = OrderBody::from(&order);
    let kept = attempt.once.keep(unit, StatusCode::ACCEPTED, &body).await;
    kept.map_err(|problem| match problem.status() {
        StatusCode::CONFLICT => Refused::KeyTaken(problem),
        _ => Refused::Other(problem),
    })
}

fn refused(error: PersistenceError) -> Refused {
    if error.violates(CART_TAKEN.0, CART_TAKEN.1) {
        return Refused::CartTaken;
    }
    if error.violates(NUMBER_TAKEN.0, NUMBER_TAKEN.1) {
        return Refused::NumberTaken;
    }
    Refused::Other(error.into())
}

async fn answered(app: &App, once: Once) -> Answer<Option<Reply>> {
    app.database
        .write(once, |unit, once| {
            Box::pin(async move { once.answered(unit).await })
        })
        .await
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Refused {
        Refused::Other(problem)
    }
}

impl From<PersistenceError> for Refused {
    fn from(error: PersistenceError) -> Refused {
        Refused::Other(error.into())
    }
}

impl From<DbErr> for Refused {
    fn from(error: DbErr) -> Refused {
        Refused::Other(error.into())
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Problem {
        match refused {
            Refused::NumberTaken => Problem::unavailable("no free order number was found"),
            Refused::CartTaken => {
                Problem::conflict("ALREADY_CHECKED_OUT", "this cart has been ordered already")
            }
            Refused::KeyTaken(problem) | Refused::Other(problem) => problem,
        }
    }
}

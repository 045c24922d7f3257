//! Writing an order. Whether its number is free, its cart not ordered and its key not answered yet, the commit finds out: that is
//! hardly ever so, and asking before would cost every order a question.

use http::StatusCode;
use revcart_http_edge::idempotency::{Once, Reply};
use revcart_http_edge::{Answer, Problem};
use revcart_persistence::{Cause, Error as PersistenceError, UnitOfWork};
use sea_orm::DbErr;
use shared_events::{CartId, OrderId, PaymentToken};

use super::super::body::OrderBody;
use crate::app::App;
use crate::case::{self, Case};
use crate::domain::{Order, OrderNumber, Terms};
use crate::store::orders::{self, CART_TAKEN, NUMBER_TAKEN};

/// Numbers drawn before giving up; with a million orders a number is taken once in 650,000 draws.
const DRAWS: usize = 3;

/// What a write needs, and needs again if it is repeated.
#[derive(Clone)]
pub(super) struct Attempt {
    pub(super) app: App,
    pub(super) once: Once,
    pub(super) id: OrderId,
    pub(super) number: OrderNumber,
    pub(super) terms: Terms,
    pub(super) payment_token: Option<PaymentToken>,
    pub(super) cause: Cause,
}

/// Why the order was not written.
enum Refused {
    NumberTaken,
    CartTaken,
    /// The key has been answered before, here or in another process.
    KeyTaken(Problem),
    Other(Problem),
}

/// Writes the order under a free number; the answer that was given before, if there is one.
pub(super) async fn write(app: &App, mut attempt: Attempt) -> Answer<Reply> {
    for _ in 1..DRAWS {
        match try_to_write(app, attempt.clone()).await {
            Err(Refused::NumberTaken) => attempt.number = OrderNumber::draw(&mut rand::rng()),
            other => return Ok(other?),
        }
    }
    Ok(try_to_write(app, attempt).await?)
}

async fn try_to_write(app: &App, attempt: Attempt) -> Result<Reply, Refused> {
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
        Some(order) => already(order),
        None => Problem::unavailable("this cart was being ordered; try again"),
    })
}

/// The cart has become this order.
pub(super) fn already(order: OrderId) -> Problem {
    Problem::conflict("ALREADY_CHECKED_OUT", "this cart has been ordered already")
        .with("orderId", order)
}

/// Writes the order and the answer.
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

/// The answer that the same request was given before.
pub(super) async fn answered(app: &App, once: Once) -> Answer<Option<Reply>> {
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

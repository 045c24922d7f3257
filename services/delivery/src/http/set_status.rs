//! `PUT /api/delivery/{id}/status` (the agent who brings it, admin): it is picked up, delivered, or came back. Saying it again
//! changes nothing.
//!
//! A hand-over may need proof, by the setting; a code is always checked. An agent who says how much cash they took says what
//! was due, or it is no hand-over: what is paid in part comes back.

use std::collections::BTreeSet;

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{AgentOrAdmin, Answer, Json, Path, Problem, ProblemBody, RequestCause};
use revcart_persistence::{Cause, UnitOfWork};
use serde::Deserialize;
use shared_events::{DeliveryId, Money, OrderId};
use utoipa::ToSchema;

use super::access::{self, Actor};
use super::{answers, problems, rules};
use crate::app::App;
use crate::domain::delivery::{self, Phase, Step};
use crate::domain::doorstep::{self, Kind, Proof, Reason, Refusal, Rule};
use crate::store::deliveries::{Record, Remark};
use crate::store::dispatch::Dispatch;

/// What is published as the reason of a failure that the agent says nothing about.
const NO_REASON: &str = "not delivered";

#[derive(Clone, Deserialize, Validate, ToSchema)]
#[schema(as = DeliveryReport, example = json!({"status": "PICKED_UP"}))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Report {
    #[garde(skip)]
    status: Happened,
    /// In the agent's words.
    #[garde(inner(length(chars, max = 500), custom(rules::not_blank)))]
    #[schema(max_length = 500, pattern = r"\S")]
    note: Option<String>,
    #[garde(dive)]
    proof: Option<Shown>,
    /// Why it comes back; with `FAILED` only.
    #[garde(skip)]
    reason: Option<Reason>,
    /// The cash that was taken, which is what was due; with `DELIVERED` only. If left out, it was taken.
    #[garde(skip)]
    collected: Option<Money>,
}

/// What shows the hand-over.
#[derive(Clone, Deserialize, Validate, ToSchema)]
#[schema(as = ShownProof, example = json!({"kind": "signature", "value": "A. Rao"}))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Shown {
    #[garde(skip)]
    kind: Kind,
    /// The code, the address of the photo, who has signed, the agent's word.
    #[garde(length(chars, max = 500), custom(rules::not_blank))]
    #[schema(max_length = 500, pattern = r"\S")]
    value: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Happened {
    PickedUp,
    Delivered,
    Failed,
}

struct Work {
    app: App,
    order: OrderId,
    report: Report,
    by: Actor,
    cause: Cause,
}

/// What came of a report. A wrong code is counted, so it is no error of the transaction.
enum Outcome {
    Done(Box<Record>),
    WrongCode,
}

/// Says what has happened to a delivery
///
/// From `PICKED_UP` on no cancellation is obeyed. `DELIVERED` confirms the cash that was due (`collected`).
#[utoipa::path(put, path = "/api/delivery/{id}/status",
    params(("id" = DeliveryId, Path)),
    request_body = Report,
    responses(
        (status = 200, body = answers::Delivery, description = "The delivery"),
        (status = 409, body = ProblemBody, description = "STATUS_NOT_ALLOWED, AMOUNT_NOT_DUE, PROOF_NEEDED, CODE_NEEDED, \
            WRONG_CODE or CODE_LOCKED")),
    security(("bearer" = [])))]
pub(super) async fn handle(
    State(app): State<App>,
    AgentOrAdmin(identity): AgentOrAdmin,
    RequestCause(cause): RequestCause,
    Path(id): Path<DeliveryId>,
    Json(report): Json<Report>,
) -> Answer<Json<answers::Delivery>> {
    report.make_sense()?;
    let order = delivery::order_of(id);
    let by = Actor::of(&app, &identity).await?;
    let database = app.database.clone();
    let work = Work {
        app,
        order,
        report,
        by,
        cause: cause.correlated(order.to_string()),
    };
    let write = database.write(work, |unit, work| Box::pin(move_on(unit, work)));
    match write.await? {
        Outcome::Done(record) => Ok(Json(answers::Delivery::of(order, *record))),
        Outcome::WrongCode => Err(Refusal::WrongCode.into()),
    }
}

async fn move_on(unit: &mut UnitOfWork, work: &Work) -> Answer<Outcome> {
    let (order, report) = (work.order, &work.report);
    let (orders, nowhere) = (BTreeSet::from([order]), BTreeSet::new());
    let terms = work.app.config.terms();
    let mut dispatch = Dispatch::load(unit, &orders, &nowhere, terms).await?;
    if !work.by.may_act_on(dispatch.state(order)) {
        return Err(access::none());
    }
    if report.hands_over(dispatch.record(order)) {
        match check_hand_over(work, dispatch.record(order)) {
            Ok(()) => {}
            Err(Objection::Proof(Refusal::WrongCode)) => {
                dispatch.amend(order, |parcel| {
                    parcel.code.iter_mut().for_each(|code| code.wrong += 1);
                });
                work.app.save(unit, dispatch).await?;
                return Ok(Outcome::WrongCode);
            }
            Err(Objection::Proof(refusal)) => return Err(refusal.into()),
            Err(Objection::Amount(due)) => return Err(problems::amount_not_due(due)),
        }
    }
    let (next, said) = report.step(&dispatch, order)?;
    dispatch.change_with(order, next, &work.cause, report.remark());
    for message in said {
        unit.emit(message, &work.cause);
    }
    let record = dispatch.record(order).clone();
    work.app.save(unit, dispatch).await?;
    Ok(Outcome::Done(Box::new(record)))
}

/// Why it is no hand-over.
enum Objection {
    Amount(Option<Money>),
    Proof(Refusal),
}

fn check_hand_over(work: &Work, record: &Record) -> Result<(), Objection> {
    let due = record.state.collect();
    if work.report.collected.is_some() && work.report.collected != due {
        return Err(Objection::Amount(due));
    }
    let rule = match work.by {
        Actor::Admin => Rule::Optional,
        Actor::Agent(_) => work.app.config.proof,
    };
    let code = record.parcel.as_ref().and_then(|it| it.code.as_ref());
    let proof = work.report.proof();
    doorstep::check(rule, proof.as_ref(), code).map_err(Objection::Proof)
}

impl Report {
    /// Refuses fields that the status has no use for.
    fn make_sense(&self) -> Answer<()> {
        if self.reason.is_some() && self.status != Happened::Failed {
            return Err(Problem::invalid("reason", "only what failed has one"));
        }
        if self.collected.is_some() && self.status != Happened::Delivered {
            let rule = "cash is taken at the hand-over only";
            return Err(Problem::invalid("collected", rule));
        }
        Ok(())
    }

    /// Whether this would be the hand-over, and not only the news of it again.
    fn hands_over(&self, record: &Record) -> bool {
        let is_on_the_road = matches!(record.state.phase(), Phase::PickedUp(_));
        self.status == Happened::Delivered && is_on_the_road
    }

    fn step(&self, dispatch: &Dispatch, order: OrderId) -> Answer<Step> {
        let state = dispatch.state(order);
        Ok(match self.status {
            Happened::PickedUp => delivery::pick_up(state, order)?,
            Happened::Delivered => delivery::deliver(state, order, dispatch.now())?,
            Happened::Failed => {
                let reason = match (self.reason, &self.note) {
                    (Some(reason), _) => reason.as_str(),
                    (None, Some(words)) => words,
                    (None, None) => NO_REASON,
                };
                delivery::fail_at_doorstep(state, order, reason)?
            }
        })
    }

    fn proof(&self) -> Option<Proof> {
        self.proof.as_ref().map(|shown| Proof {
            kind: shown.kind,
            value: shown.value.clone(),
        })
    }

    fn remark(&self) -> Remark {
        Remark {
            note: self.note.clone(),
            proof: self.proof(),
            reason: self.reason,
        }
    }
}

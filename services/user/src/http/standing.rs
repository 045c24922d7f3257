//! What the requests that change an account's role or status have in common.

use revcart_http_edge::{Answer, Identity, Problem};
use revcart_persistence::UnitOfWork;
use shared_events::UserId;

use super::codes;
use super::problems::no_such_account;
use crate::app::App;
use crate::domain::{Account, Status};
use crate::store::{accounts, sessions};

/// Changes an account on behalf of an admin. 409 `OWN_ACCOUNT`: admins do not shut themselves out. Suspending an account ends
/// its sessions, and a change of address that has not been confirmed.
pub(super) async fn change(
    app: &App,
    admin: &Identity,
    id: UserId,
    change: impl Fn(&mut Account) + Send + Sync + 'static,
) -> Answer<Account> {
    if admin.is_user(id) {
        let detail = "admins cannot change their own role or status; ask another";
        return Err(Problem::conflict("OWN_ACCOUNT", detail));
    }
    app.database
        .write((app.clone(), id, change), |unit, (app, id, change)| {
            Box::pin(save(unit, app, *id, change))
        })
        .await
}

async fn save(
    unit: &mut UnitOfWork,
    app: &App,
    id: UserId,
    change: &(impl Fn(&mut Account) + Sync),
) -> Answer<Account> {
    let mut account = accounts::lock(unit.sql(), id)
        .await?
        .ok_or_else(no_such_account)?;
    change(&mut account);
    accounts::update(unit.sql(), &account, unit.now()).await?;
    if account.status == Status::Suspended {
        sessions::revoke_all(unit.sql(), id, None, unit.now()).await?;
        codes::drop_change(unit, app, id).await?;
    }
    Ok(account)
}

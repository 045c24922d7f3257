//! An address turns out to be its account's owner's.

use revcart_persistence::{Cause, UnitOfWork};

use crate::domain::Account;
use crate::store::{self, accounts};

/// Notes it. From now on the account can be used, so now the others hear of it: nobody gets a welcome because a stranger typed
/// their address into a form.
pub(super) async fn owner(
    unit: &mut UnitOfWork,
    account: &mut Account,
    cause: &Cause,
) -> Result<(), store::Error> {
    if !account.verified {
        account.verified = true;
        accounts::update(unit.sql(), account, unit.now()).await?;
        unit.publish(account.registered(), cause);
    }
    Ok(())
}
